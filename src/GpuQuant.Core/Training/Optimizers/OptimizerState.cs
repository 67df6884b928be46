using GpuQuant.Backends;

namespace GpuQuant.Training.Optimizers;

/// <summary>An optimizer at work on one set of parameters.</summary>
/// <param name="Calls">The calls of a step, which turn gradients into new parameters.</param>
/// <param name="Values">What must be set before each step: the learning rate.</param>
/// <param name="State">What a checkpoint must hold, by name.</param>
public sealed record OptimizerState(
    IReadOnlyList<KernelCall> Calls, IReadOnlyList<StepValue> Values, IReadOnlyDictionary<string, TensorView> State)
{
    /// <summary>Sets the values of a step.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="step">The step, counted from 1.</param>
    /// <param name="factor">What the schedule makes of the learning rate.</param>
    public void Prepare(Backend backend, long step, double factor = 1)
    {
        // An enumerator would be allocated, and steps allocate nothing.
        for (var i = 0; i < Values.Count; i++)
            Values[i].Set(backend, step, factor);
    }
}
