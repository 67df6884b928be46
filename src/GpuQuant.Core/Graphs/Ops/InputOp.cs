namespace GpuQuant.Graphs;

/// <summary>The place of the samples; they are uploaded, not computed.</summary>
/// <param name="Type">Their type.</param>
public sealed record InputOp(TensorType Type) : Op
{
    /// <inheritdoc/>
    protected internal override string Stem => "input";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs) => Type;

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass)
    {
    }
}
