namespace GpuQuant.Backends;

/// <summary>
/// DoReFa's weights (Zhou et al. 2016, equation 9): y = 2 round((t / g / 2 + 1/2) n) / n - 1, halves rounded away from zero, with t = tanh(w)
/// and the greatest magnitude g among all t. The values are the odd (n odd) multiples of 1 / n from -1 to 1.
/// </summary>
/// <param name="Input">t, float32.</param>
/// <param name="Greatest">[1]: g.</param>
/// <param name="Output">Like the input.</param>
/// <param name="Intervals">n: 2^bits - 1.</param>
/// <example>t = 0.2, g = 0.5, 2 bits: 0.7 * 3 = 2.1 rounds to 2, and 2 * 2 / 3 - 1 is 1 / 3.</example>
public sealed record DorefaForwardCall(TensorView Input, TensorView Greatest, TensorView Output, int Intervals) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input, Greatest];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
