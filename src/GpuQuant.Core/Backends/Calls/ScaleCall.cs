namespace GpuQuant.Backends;

/// <summary>target *= factor, float32, with a factor that the device knows: decay of weights, clipping of gradients.</summary>
/// <param name="Target">Changed in place.</param>
/// <param name="Factor">One value.</param>
/// <example>[2, -4] with the factor 0.5 becomes [1, -2].</example>
public sealed record ScaleCall(TensorView Target, TensorView Factor) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Target, Factor];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Target];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
