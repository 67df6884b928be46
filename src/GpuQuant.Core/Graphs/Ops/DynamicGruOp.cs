using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// Gated recurrent units with int8 weights in a float model; gates z, r, n. A second bias, <c>recurrent_bias</c> float32, joins what the state
/// contributes.
/// </summary>
/// <param name="Units">The length of a state.</param>
/// <param name="Weights">The kernel's integer side.</param>
public sealed record DynamicGruOp(int Units, DynamicWeights Weights) : DynamicRecurrentOp(Units, Weights)
{
    private const string RecurrentBias = "recurrent_bias";

    /// <inheritdoc/>
    public override int GateCount => 3;

    /// <inheritdoc/>
    protected internal override string Stem => "gru";

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
        [.. base.Parameters(inputs), new(RecurrentBias, DType.Float32, new Shape(GateCount * Units), null, Trainable: false)];

    private protected override SequenceCall Walk(ForwardPass pass, TensorView gates, TensorView recurrent) =>
        new GruForwardCall(gates, recurrent, pass.Parameter(RecurrentBias), null, pass.Output);
}
