using GpuQuant.Numerics;

namespace GpuQuant.Backends;

/// <summary>C = activation(op(A) op(B) + bias), float32; op transposes where asked. Bias, one value per column of C, may be null.</summary>
/// <param name="A">M x K, or K x M with <paramref name="TransposeA"/>.</param>
/// <param name="B">K x N, or N x K with <paramref name="TransposeB"/>.</param>
/// <param name="Bias">N values, or null.</param>
/// <param name="C">M x N.</param>
/// <param name="TransposeA">Whether A is stored transposed.</param>
/// <param name="TransposeB">Whether B is stored transposed, as the weights of dense layers are.</param>
/// <param name="Activation">Applied to every element of C.</param>
/// <example>A = [1 2], B = [3; 4], bias 1: C = [12].</example>
public sealed record GemmCall(
    TensorView A, TensorView B, TensorView? Bias, TensorView C, bool TransposeA = false, bool TransposeB = false,
    Activation Activation = Activation.None) : KernelCall
{
    /// <summary>Rows of C.</summary>
    public int M => C.Shape[0];

    /// <summary>Columns of C.</summary>
    public int N => C.Shape[1];

    /// <summary>The dimension that is summed over.</summary>
    public int K => TransposeA ? A.Shape[0] : A.Shape[1];

    /// <inheritdoc/>
    public override long Macs => (long)M * N * K;

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Present(A, B, Bias);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [C];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives)
    {
        if (A.Count != M * K || !B.Shape.Equals(new Shape(TransposeB ? [N, K] : [K, N])) || (Bias is not null && Bias.Count != N))
            throw new UsageException($"Gemm of A {A.Shape}, B {B.Shape}, bias {Bias?.Shape} into C {C.Shape} does not fit together.");
        return primitives.Prepare(this);
    }
}
