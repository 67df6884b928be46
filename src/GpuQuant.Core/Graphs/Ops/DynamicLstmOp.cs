using GpuQuant.Backends;

namespace GpuQuant.Graphs;

/// <summary>A long short-term memory with int8 weights in a float model, TFLite's hybrid LSTM; gates i, f, g, o.</summary>
/// <param name="Units">The length of a state.</param>
/// <param name="Weights">The kernel's integer side.</param>
public sealed record DynamicLstmOp(int Units, DynamicWeights Weights) : DynamicRecurrentOp(Units, Weights)
{
    /// <inheritdoc/>
    public override int GateCount => 4;

    /// <inheritdoc/>
    protected internal override string Stem => "lstm";

    private protected override SequenceCall Walk(ForwardPass pass, TensorView gates, TensorView recurrent) =>
        new LstmForwardCall(gates, recurrent, null, pass.Output);
}
