namespace GpuQuant.Backends;

/// <summary>
/// Integer-valued float32 sums to int32 accumulators: output = (accumulate ? output : 0) + (int)input + bias. The simulation of integer
/// kernels in float uses it; the planner has made sure that the sums are exact (below 2^24).
/// </summary>
/// <param name="Input">Rows x C, float32.</param>
/// <param name="Output">Like the input, int32.</param>
/// <param name="Accumulate">Whether the output's old values stay in the sum.</param>
/// <param name="Bias">C values, int32, or null.</param>
public sealed record FloatToAccumulatorCall(TensorView Input, TensorView Output, bool Accumulate = false, TensorView? Bias = null)
    : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Present(Input, Accumulate ? Output : null, Bias);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
