using GpuQuant.Graphs;

namespace GpuQuant.Training;

/// <summary>A way to train: what is trained, on what, in which phases. All phases run through the one <see cref="Trainer"/>.</summary>
public interface ITrainingStrategy : INamed
{
    /// <summary>One line for help.</summary>
    string Description { get; }

    /// <summary>Trains a model.</summary>
    /// <param name="model">The net with its first parameters.</param>
    /// <param name="options">The user's options, which a phase may vary.</param>
    /// <param name="fit">Runs one phase of the training loop and gives its model; phases checkpoint under their own names.</param>
    Model Train(Model model, TrainingOptions options, Func<string, Model, TrainingOptions, Model> fit);
}
