namespace GpuQuant.Backends;

/// <summary>
/// Mixes every row of a batch with another one, float32: output[n] = share[n] input[n] + (1 - share[n]) input[partner[n]]
/// (mixup, Zhang et al. 2018).
/// </summary>
/// <param name="Input">Rows x anything: samples or targets.</param>
/// <param name="Partners">int32, a row's number for each row.</param>
/// <param name="Shares">float32, what a row keeps of itself, 0 to 1 for each row.</param>
/// <param name="Output">Like the input, and not the input itself.</param>
/// <example>Rows [1, 0] and [0, 1], partners 1 and 0, shares 0.75 and 1: [0.75, 0.25] and [0, 1].</example>
public sealed record MixupCall(TensorView Input, TensorView Partners, TensorView Shares, TensorView Output) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input, Partners, Shares];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
