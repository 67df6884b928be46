namespace GpuQuant.Backends;

/// <summary>
/// Gated recurrent units over whole sequences in integers, gates z, r, n, with the reset after the product:
/// <see cref="GruForwardCall"/> in the arithmetic of <see cref="IntLstmCall"/>. TFLite has no such kernel. What goes from step to step is a
/// 16-bit state with 15 fractional bits, as an LSTM's cell, h = n + round(z (h - n) / 2^15); its int8 form goes into the products. The third
/// gate's part of the state is a 16-bit number with 3 integer bits too, q, and round(r q / 2^15) is added to the inputs' part.
/// </summary>
/// <param name="Gates">As in <see cref="IntSequenceCall"/>.</param>
/// <param name="Recurrent">3 units x units.</param>
/// <param name="RecurrentBias">3 units, int32, in steps of the states' sums.</param>
/// <param name="Multipliers">6.</param>
/// <param name="Shifts">6.</param>
/// <param name="Output">Batch x units.</param>
/// <param name="State">How states become int8.</param>
/// <example>One unit, one step, z = r = 16384 (1/2) and n = 8192 (1/4): the state is 4096, an eighth.</example>
public sealed record IntGruCall(
    TensorView Gates, TensorView Recurrent, TensorView RecurrentBias, TensorView Multipliers, TensorView Shifts, TensorView Output,
    IntStateFactors State) : IntSequenceCall(Gates, Recurrent, Multipliers, Shifts, Output, State)
{
    /// <inheritdoc/>
    public override int GateCount => 3;

    /// <inheritdoc/>
    public override TensorView? StateBias => RecurrentBias;

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives)
    {
        CheckShapes();
        return primitives.Prepare(this);
    }
}
