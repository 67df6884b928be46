namespace GpuQuant.Backends;

/// <summary>
/// Integer-valued float32 sums to int32 accumulators: output = (accumulate ? output : 0) + (int)input. The simulation of integer
/// kernels in float uses it; the planner has made sure that the sums are exact (below 2^24).
/// </summary>
public sealed record FloatToAccumulatorCall(TensorView Input, TensorView Output, bool Accumulate = false) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Accumulate ? [Input, Output] : [Input];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
