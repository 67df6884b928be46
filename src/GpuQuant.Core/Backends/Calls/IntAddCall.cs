namespace GpuQuant.Backends;

/// <summary>
/// The sum of two int8 or int16 tensors whose steps differ, as TFLite's kernel does it: both are brought to a common finer step, added, and
/// brought to the output's step, each time by a fixed-point factor in two roundings.
/// </summary>
/// <param name="Left">One summand, int8 or int16.</param>
/// <param name="Right">The other, as many elements.</param>
/// <param name="Output">As many elements, of the same type; it may be one of the summands.</param>
/// <param name="Factors">Zero points, factors and limits.</param>
public sealed record IntAddCall(TensorView Left, TensorView Right, TensorView Output, IntAddFactors Factors) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Left, Right];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
