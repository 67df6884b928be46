namespace GpuQuant.Backends;

/// <summary>
/// A long short-term memory (Hochreiter and Schmidhuber 1997, with forget gates) over whole sequences, float32, gates in Keras's order
/// i, f, g, o. From h = c = 0, at each step: i, f, o = sigmoid(x + R (m h)), g = tanh(x + R (m h)), c = f c + i g, h = o tanh(c), with the
/// inputs' part x, the recurrent weights R and the mask m of the gate. The output is the last h.
/// </summary>
/// <param name="Gates">Batch x steps x 4 units: the inputs' part; where the states are kept, overwritten by the gates' values.</param>
/// <param name="Recurrent">4 units x units.</param>
/// <param name="Masks">4 x batch x units, or null.</param>
/// <param name="Output">Batch x units.</param>
/// <param name="States">Batch x steps x units, the h before each step, kept for the backward pass; null: not needed.</param>
/// <param name="Cells">Batch x steps x units, the c after each step, kept together with the states.</param>
/// <example>
/// One unit and step, parts 0, 0, ln 3 / 2, 0 (tanh of which is 0.5): i = f = o = 0.5, g = 0.5, c = 0.25, h = 0.5 tanh(0.25) = 0.12246.
/// </example>
public sealed record LstmForwardCall(
    TensorView Gates, TensorView Recurrent, TensorView? Masks, TensorView Output, TensorView? States = null, TensorView? Cells = null)
    : SequenceCall(Gates, Recurrent, Masks)
{
    /// <inheritdoc/>
    public override int GateCount => 4;

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Present(Gates, Recurrent, Masks, StateScales);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => Present(Output, States is null ? null : Gates, States, Cells);

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives)
    {
        CheckShapes();
        return primitives.Prepare(this);
    }
}
