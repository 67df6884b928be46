using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Optimizers;

/// <summary>How gradients change parameters. A record of its settings; <see cref="Start"/> makes the state for one training.</summary>
public abstract record Optimizer : INamed
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>The step size, which a <see cref="RateSchedule"/> may scale in the course of the training.</summary>
    public abstract float LearningRate { get; init; }

    /// <summary>Throws unless the settings make sense.</summary>
    /// <exception cref="UsageException">One does not; says which and what was expected.</exception>
    public virtual void Validate()
    {
        if (!(LearningRate > 0) || !float.IsFinite(LearningRate))
            throw new UsageException($"Learning rate {LearningRate} was asked for; it must be a number above 0.");
    }

    /// <summary>Takes the state's memory and makes the calls of a step.</summary>
    public abstract OptimizerState Start(DeviceParameters parameters);
}
