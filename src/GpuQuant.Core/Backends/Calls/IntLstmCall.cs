namespace GpuQuant.Backends;

/// <summary>
/// A long short-term memory over whole sequences in integers, exactly as TFLite's integer LSTM (int8 weights and activations, int16 cells;
/// no peepholes, no projection, no layer normalization), gates in Keras's order i, f, g, o: <see cref="LstmForwardCall"/> with 16-bit gates,
/// c = round(f c / 2^15) + round(i g / 2^(15 + cell bits)), halves away from zero, clamped to 16 bits, and
/// h = clamp(round(o tanh(c) factor) + zero point).
/// </summary>
/// <param name="Gates">As in <see cref="IntSequenceCall"/>.</param>
/// <param name="Recurrent">4 units x units.</param>
/// <param name="Multipliers">8.</param>
/// <param name="Shifts">8.</param>
/// <param name="Output">Batch x units.</param>
/// <param name="State">How states become int8, and the cells' integer bits.</param>
/// <example>
/// One unit, one step, sums that make every gate 0: i = f = o = 16384 (1/2) and g = 0, so c = 0 and h is the zero point.
/// </example>
public sealed record IntLstmCall(
    TensorView Gates, TensorView Recurrent, TensorView Multipliers, TensorView Shifts, TensorView Output, IntStateFactors State)
    : IntSequenceCall(Gates, Recurrent, Multipliers, Shifts, Output, State)
{
    /// <inheritdoc/>
    public override int GateCount => 4;

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives)
    {
        CheckShapes();
        return primitives.Prepare(this);
    }
}
