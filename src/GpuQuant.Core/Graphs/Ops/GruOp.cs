using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// Gated recurrent units as Keras's GRU with <c>reset_after</c> (<see cref="GruForwardCall"/>): gates z, r, n. A second bias,
/// <c>recurrent_bias</c>, joins what the state contributes; the reset gate multiplies the third gate's part of it.
/// </summary>
/// <param name="Units">The length of a state.</param>
/// <param name="RecurrentDropout">As in <see cref="RecurrentOp"/>.</param>
public sealed record GruOp(int Units, float RecurrentDropout = 0) : RecurrentOp(Units, RecurrentDropout)
{
    private const string RecurrentBias = "recurrent_bias";

    /// <inheritdoc/>
    public override int GateCount => 3;

    /// <inheritdoc/>
    protected internal override string Stem => "gru";

    private protected override Initializer BiasInitializer => Initializer.Constant(0);

    private protected override int Family => 1;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
        [.. base.Parameters(inputs), new(RecurrentBias, DType.Float32, new Shape(GateCount * Units), BiasInitializer)];

    private protected override SequenceCall Walk(ForwardPass pass, TensorView gates, TensorView? masks) => new GruForwardCall(
        gates, pass.Parameter("recurrent"), pass.Parameter(RecurrentBias), masks, pass.Output, KeptSteps(pass, States),
        KeptSteps(pass, "candidates"));

    private protected override SequenceCall WalkBack(
        BackwardPass pass, TensorView gates, TensorView? masks, TensorView gateGradients, TensorView recurrentGradients) =>
        new GruBackwardCall(gates, pass.Parameter("recurrent"), masks, pass.Saved(States), pass.Saved("candidates"),
            pass.OutputGradient, gateGradients, recurrentGradients);

    private protected override void EmitRecurrentGradients(BackwardPass pass, int gate, TensorView? masks, TensorView gradients)
    {
        base.EmitRecurrentGradients(pass, gate, masks, gradients);
        pass.Emit(new ReduceRowsCall(gradients, pass.ParameterGradient(RecurrentBias).Slice((long)gate * Units, new Shape(Units))));
    }
}
