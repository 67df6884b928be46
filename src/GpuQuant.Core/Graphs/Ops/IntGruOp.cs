using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// The integer form of gated recurrent units (<see cref="IntGruCall"/>), gates z, r, n. TFLite has none; this one has the parts of its LSTM. A
/// second bias, <c>recurrent_bias</c> int32, is in steps of the states' sums.
/// </summary>
/// <param name="Units">The length of a state.</param>
/// <param name="InputScale">The input's step.</param>
/// <param name="InputZeroPoint">The input's zero point.</param>
/// <param name="OutputScale">The state's step.</param>
/// <param name="State">How states become int8.</param>
/// <param name="SimulationParts">As in <see cref="IntRecurrentOp"/>.</param>
public sealed record IntGruOp(
    int Units, float InputScale, int InputZeroPoint, float OutputScale, IntStateFactors State, int SimulationParts = 1)
    : IntRecurrentOp(Units, InputScale, InputZeroPoint, OutputScale, State, SimulationParts)
{
    private const string RecurrentBias = "recurrent_bias";

    /// <inheritdoc/>
    public override int GateCount => 3;

    /// <inheritdoc/>
    protected internal override string Stem => "gru";

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
        [.. base.Parameters(inputs), new(RecurrentBias, DType.Int32, new Shape(GateCount * Units), null, Trainable: false)];

    private protected override IntSequenceCall Walk(ForwardPass pass, TensorView gates) => new IntGruCall(
        gates, pass.Parameter("recurrent"), pass.Parameter(RecurrentBias), pass.Parameter("multipliers"), pass.Parameter("shifts"),
        pass.Output, State);
}
