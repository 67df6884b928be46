namespace GpuQuant.Backends;

/// <summary>The gradients of <see cref="LstmForwardCall"/> from that of its output, through all steps.</summary>
/// <param name="Gates">Batch x steps x 4 units, the gates' values.</param>
/// <param name="Recurrent">4 units x units.</param>
/// <param name="Masks">4 x batch x units, or null.</param>
/// <param name="Cells">Batch x steps x units, as kept by the forward pass.</param>
/// <param name="OutputGradient">Batch x units.</param>
/// <param name="GateGradients">Like the gates, overwritten: the gradients of their sums, before sigmoid and tanh.</param>
/// <param name="RecurrentGradients">
/// 4 x batch x steps x units, overwritten: the gradients of what the states contributed to the sums, here the same numbers gate by gate; the
/// gradient of a gate's recurrent weights is their product with the masked states.
/// </param>
public sealed record LstmBackwardCall(
    TensorView Gates, TensorView Recurrent, TensorView? Masks, TensorView Cells, TensorView OutputGradient, TensorView GateGradients,
    TensorView RecurrentGradients) : SequenceCall(Gates, Recurrent, Masks)
{
    /// <inheritdoc/>
    public override int GateCount => 4;

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Present(Gates, Recurrent, Masks, Cells, OutputGradient);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [GateGradients, RecurrentGradients];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives)
    {
        CheckShapes();
        return primitives.Prepare(this);
    }
}
