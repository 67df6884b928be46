using GpuQuant.Backends;

namespace GpuQuant.Training;

/// <summary>An optimizer at work on one set of parameters.</summary>
/// <param name="Calls">The calls of a step, which turn gradients into new parameters.</param>
/// <param name="Values">What must be set before each step: the learning rate.</param>
/// <param name="State">What a checkpoint must hold, by name.</param>
public sealed record OptimizerState(
    IReadOnlyList<KernelCall> Calls, IReadOnlyList<StepValue> Values, IReadOnlyDictionary<string, TensorView> State);
