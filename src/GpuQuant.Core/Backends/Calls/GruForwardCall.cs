namespace GpuQuant.Backends;

/// <summary>
/// Gated recurrent units (Cho et al. 2014) over whole sequences, float32, in Keras's form with the reset after the product
/// (<c>reset_after</c>) and its order of gates z, r, n. From h = 0, at each step: z, r = sigmoid(x + (R (m h) + b)),
/// q = R (m h) + b of the third gate, n = tanh(x + r q), h = z h + (1 - z) n, with the inputs' part x, the recurrent weights R, the
/// recurrent bias b and the mask m of the gate. The output is the last h.
/// </summary>
/// <param name="Gates">Batch x steps x 3 units: the inputs' part; where the states are kept, overwritten by the values z, r, n.</param>
/// <param name="Recurrent">3 units x units.</param>
/// <param name="RecurrentBias">3 units.</param>
/// <param name="Masks">3 x batch x units, or null.</param>
/// <param name="Output">Batch x units.</param>
/// <param name="States">Batch x steps x units, the h before each step, kept for the backward pass; null: not needed.</param>
/// <param name="Candidates">Batch x steps x units, q of each step, kept together with the states.</param>
/// <example>One unit and step, no bias, parts 0, 0, ln 3 / 2: z = 0.5, n = 0.5, h = 0.25.</example>
public sealed record GruForwardCall(
    TensorView Gates, TensorView Recurrent, TensorView RecurrentBias, TensorView? Masks, TensorView Output, TensorView? States = null,
    TensorView? Candidates = null) : SequenceCall(Gates, Recurrent, Masks)
{
    /// <inheritdoc/>
    public override int GateCount => 3;

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Present(Gates, Recurrent, RecurrentBias, Masks, StateScales);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => Present(Output, States is null ? null : Gates, States, Candidates);

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives)
    {
        CheckShapes();
        return primitives.Prepare(this);
    }
}
