using GpuQuant.Backends;
using GpuQuant.Graphs;

namespace GpuQuant.Training;

/// <summary>How gradients change parameters. A record of its settings; <see cref="Start"/> makes the state for one training.</summary>
public abstract record Optimizer : INamed
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>The step size.</summary>
    public abstract float LearningRate { get; init; }

    /// <summary>Takes the state's memory and makes the calls of a step.</summary>
    public abstract OptimizerState Start(DeviceParameters parameters);
}

/// <summary>An optimizer at work on one set of parameters.</summary>
/// <param name="Calls">The calls of a step, the last of a training program.</param>
/// <param name="Rate">The device's copy of the step size, one float, set before each step.</param>
/// <param name="State">What a checkpoint must hold, by name.</param>
/// <param name="RateAt">The step size of step t, from 1.</param>
public sealed record OptimizerState(
    IReadOnlyList<KernelCall> Calls, TensorView Rate, IReadOnlyDictionary<string, TensorView> State, Func<long, float> RateAt);
