namespace GpuQuant.Backends;

/// <summary>
/// Mean and (biased, population) variance of every channel over all rows, float32, computed in a fixed order and from distances to the
/// mean, so that values far from zero lose nothing; and the least and the greatest value, which are exact.
/// </summary>
/// <param name="Input">Rows x C (any leading dimensions).</param>
/// <param name="Moments">4 x C: the means, the variances, the least values, the greatest.</param>
/// <example>[[1, 10], [3, 10]] gives [[2, 10], [1, 0], [1, 10], [3, 10]].</example>
public sealed record MomentsCall(TensorView Input, TensorView Moments) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Moments];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
