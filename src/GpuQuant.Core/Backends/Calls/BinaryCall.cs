namespace GpuQuant.Backends;

/// <summary>The element-wise operations of two tensors.</summary>
public enum BinaryKind
{
    /// <summary>a + b.</summary>
    Add,
    /// <summary>a - b.</summary>
    Subtract,
    /// <summary>a * b.</summary>
    Multiply,
}

/// <summary>output = a (kind) b, element by element, float32, all of one shape. The output may be one of the inputs.</summary>
public sealed record BinaryCall(BinaryKind Kind, TensorView A, TensorView B, TensorView Output) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [A, B];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
