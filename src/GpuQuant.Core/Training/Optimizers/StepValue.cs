using System.Runtime.InteropServices;
using GpuQuant.Backends;

namespace GpuQuant.Training.Optimizers;

/// <summary>One number of an optimizer that changes from step to step, set on the device before each.</summary>
/// <param name="Target">Its place, one float32.</param>
/// <param name="At">
/// Its value at a step, counted from 1, with what the schedule makes of the learning rate then (<see cref="RateSchedule.FactorAt"/>).
/// </param>
/// <example>Plain descent at a rate of 0.1: <c>new StepValue(rate, (step, factor) => (float)(0.1 * factor))</c>.</example>
public sealed record StepValue(TensorView Target, Func<long, double, float> At)
{
    /// <summary>Puts it in its place for a step.</summary>
    public void Set(Backend backend, long step, double factor)
    {
        var value = At(step, factor);
        backend.Upload(MemoryMarshal.AsBytes(new ReadOnlySpan<float>(in value)), Target);
    }
}
