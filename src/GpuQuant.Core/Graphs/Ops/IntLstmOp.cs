using GpuQuant.Backends;

namespace GpuQuant.Graphs;

/// <summary>The integer form of a long short-term memory (<see cref="IntLstmCall"/>), gates i, f, g, o. TFLite's integer LSTM.</summary>
/// <param name="Units">The length of a state.</param>
/// <param name="InputScale">The input's step.</param>
/// <param name="InputZeroPoint">The input's zero point.</param>
/// <param name="OutputScale">The state's step.</param>
/// <param name="State">How states become int8, and the cells' integer bits.</param>
/// <param name="SimulationParts">As in <see cref="IntRecurrentOp"/>.</param>
public sealed record IntLstmOp(
    int Units, float InputScale, int InputZeroPoint, float OutputScale, IntStateFactors State, int SimulationParts = 1)
    : IntRecurrentOp(Units, InputScale, InputZeroPoint, OutputScale, State, SimulationParts)
{
    /// <inheritdoc/>
    public override int GateCount => 4;

    /// <inheritdoc/>
    protected internal override string Stem => "lstm";

    private protected override IntSequenceCall Walk(ForwardPass pass, TensorView gates) => new IntLstmCall(
        gates, pass.Parameter("recurrent"), pass.Parameter("multipliers"), pass.Parameter("shifts"), pass.Output, State);
}
