namespace GpuQuant.Backends;

/// <summary>Each channel of each sample times a factor of its own: output[n, i, c] = input[n, i, c] factors[n, c], float32.</summary>
/// <param name="Input">Batch x any number of positions x channels.</param>
/// <param name="Factors">Batch x channels.</param>
/// <param name="Output">Like the input; it may be the input itself.</param>
/// <example>One sample [[1, 2], [3, 4]] with factors [10, 0] gives [[10, 0], [30, 0]].</example>
public sealed record ScaleChannelsCall(TensorView Input, TensorView Factors, TensorView Output) : KernelCall
{
    /// <summary>The channels.</summary>
    public int Channels => Factors.Shape[^1];

    /// <summary>The positions of a sample.</summary>
    public int Positions => Input.Count / Factors.Count;

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input, Factors];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
