using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Strategies;

/// <summary>A way to train: what is trained, on what, in which phases. All phases run through the one <see cref="Trainer"/>.</summary>
public interface ITrainingStrategy : INamed
{
    /// <summary>One line for help.</summary>
    string Description { get; }

    /// <summary>The name and all settings: what tells trained models apart.</summary>
    string Identity => Name;

    /// <summary>The strategy with what a data set's schedule says of it, where the user has said nothing.</summary>
    ITrainingStrategy For(TrainingSchedule schedule) => this;

    /// <summary>A data set's options with what the study varies for the strategy; what the user says comes after.</summary>
    TrainingOptions Adapt(TrainingOptions options, TrainingSchedule schedule) => options;

    /// <summary>The epochs of all phases together.</summary>
    int TotalEpochs(TrainingOptions options) => options.Epochs;

    /// <summary>Throws unless the options and the strategy's own settings make sense together.</summary>
    /// <exception cref="UsageException">One does not; says which and what was expected.</exception>
    void Validate(TrainingOptions options) => options.Validate();

    /// <summary>Throws unless the strategy can work on such samples.</summary>
    /// <exception cref="UsageException">It cannot; says why.</exception>
    void Check(IDataset data)
    {
    }

    /// <summary>Trains a model.</summary>
    /// <param name="model">The net with its first parameters.</param>
    /// <param name="options">The user's options, which a phase may vary.</param>
    /// <param name="fit">Runs one phase of the training loop and gives its model; phases checkpoint under their own names.</param>
    Model Train(Model model, TrainingOptions options, Func<TrainingPhase, Model> fit);
}
