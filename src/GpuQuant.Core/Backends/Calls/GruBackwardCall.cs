namespace GpuQuant.Backends;

/// <summary>The gradients of <see cref="GruForwardCall"/> from that of its output, through all steps.</summary>
/// <param name="Gates">Batch x steps x 3 units, the values z, r, n.</param>
/// <param name="Recurrent">3 units x units.</param>
/// <param name="Masks">3 x batch x units, or null.</param>
/// <param name="States">Batch x steps x units, as kept by the forward pass.</param>
/// <param name="Candidates">Batch x steps x units, as kept by the forward pass.</param>
/// <param name="OutputGradient">Batch x units.</param>
/// <param name="GateGradients">Like the gates, overwritten: the gradients of the inputs' part.</param>
/// <param name="RecurrentGradients">
/// 3 x batch x steps x units, overwritten: the gradients of what the states contributed, for the third gate that of q. The gradient of a
/// gate's recurrent weights is their product with the masked states, that of its recurrent bias their sum.
/// </param>
public sealed record GruBackwardCall(
    TensorView Gates, TensorView Recurrent, TensorView? Masks, TensorView States, TensorView Candidates, TensorView OutputGradient,
    TensorView GateGradients, TensorView RecurrentGradients) : SequenceCall(Gates, Recurrent, Masks)
{
    /// <inheritdoc/>
    public override int GateCount => 3;

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Present(Gates, Recurrent, Masks, States, Candidates, OutputGradient);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [GateGradients, RecurrentGradients];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives)
    {
        CheckShapes();
        return primitives.Prepare(this);
    }
}
