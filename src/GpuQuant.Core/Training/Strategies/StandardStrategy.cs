using GpuQuant.Graphs;

namespace GpuQuant.Training.Strategies;

/// <summary>Plain training on the samples as they are.</summary>
public sealed class StandardStrategy : ITrainingStrategy
{
    /// <inheritdoc/>
    public string Name => "standard";

    /// <inheritdoc/>
    public string Description => "plain training";

    /// <inheritdoc/>
    public Model Train(Model model, TrainingOptions options, Func<TrainingPhase, Model> fit) =>
        fit(new TrainingPhase("training", model, options));
}
