namespace GpuQuant.Backends;

/// <summary>
/// Softmax of int8 logits to uint8 probabilities with scale 1/256 and zero point 0, as TFLite's kernel does it: with d = max - q,
/// inverse = 1 / (sum / 256), the sum of table[d] over the row added in index order, output = min(255, round(table[d] * inverse)),
/// halves away from zero, each operation rounded to float32.
/// </summary>
/// <param name="Input">Rows x C, int8.</param>
/// <param name="Table">256 values e^(-scale d), float32, d = 0 to 255; scale is that of the logits.</param>
/// <param name="Output">Rows x C, uint8.</param>
/// <example>Two equal logits give 128 and 128; one far above all others gives 255: 1.0 saturates, and close outputs tie.</example>
public sealed record IntSoftmaxCall(TensorView Input, TensorView Table, TensorView Output) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input, Table];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
