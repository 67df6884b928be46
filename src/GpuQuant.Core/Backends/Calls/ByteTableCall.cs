namespace GpuQuant.Backends;

/// <summary>A function of int8 numbers by a table of its 256 values: output[i] = table[input[i] + 128].</summary>
/// <param name="Input">int8, any shape.</param>
/// <param name="Table">256 values, uint8, for the inputs -128 to 127.</param>
/// <param name="Output">uint8, as many as inputs.</param>
/// <example>A table whose entry 128 is 7 gives 7 for the input 0.</example>
public sealed record ByteTableCall(TensorView Input, TensorView Table, TensorView Output) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input, Table];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
