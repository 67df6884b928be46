using System.Text.Json.Serialization;
using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// A long short-term memory as Keras's LSTM (<see cref="LstmForwardCall"/>): gates i, f, g, o, the forget gate's bias 1 at first, the
/// others' 0.
/// </summary>
/// <param name="Units">The length of a state.</param>
/// <param name="RecurrentDropout">As in <see cref="RecurrentOp"/>.</param>
public sealed record LstmOp(int Units, float RecurrentDropout = 0) : RecurrentOp(Units, RecurrentDropout)
{
    /// <summary>The name of the cells after each step, batch x steps x units.</summary>
    public const string Cells = "cells";

    /// <inheritdoc/>
    public override int GateCount => 4;

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> StepNames => [States, Cells];

    /// <inheritdoc/>
    protected internal override string Stem => "lstm";

    private protected override Initializer BiasInitializer => Initializer.Parts(0, 1, 0, 0);

    private protected override int Family => 0;

    private protected override SequenceCall Walk(ForwardPass pass, TensorView gates, TensorView? masks) => new LstmForwardCall(
        gates, pass.Parameter("recurrent"), masks, pass.Output, KeptSteps(pass, States), KeptSteps(pass, Cells));

    private protected override SequenceCall WalkBack(
        BackwardPass pass, TensorView gates, TensorView? masks, TensorView gateGradients, TensorView recurrentGradients) =>
        new LstmBackwardCall(gates, pass.Parameter("recurrent"), masks, pass.Saved(Cells), pass.OutputGradient, gateGradients,
            recurrentGradients);
}
