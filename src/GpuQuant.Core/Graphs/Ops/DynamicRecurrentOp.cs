using System.Text.Json.Serialization;
using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// What recurrent layers with int8 weights in a float model share, as TFLite's hybrid LSTM: at each step what comes in and the state are
/// quantized on the fly, each sequence with a range of its own, for integer products; gates and cells are float. Parameters:
/// <c>kernel</c>, <c>scales</c> and <c>bias</c> as of <see cref="DynamicConv2DOp"/>, with a scale per gate and unit, and <c>recurrent</c> int8
/// (gates x units, units) with <c>recurrent_scales</c>, one per gate.
/// </summary>
/// <param name="Units">The length of a state, at most <see cref="MostUnits"/>.</param>
/// <param name="Weights">The kernel's integer side.</param>
public abstract record DynamicRecurrentOp(int Units, DynamicWeights Weights) : Op
{
    /// <summary>So many products of at most 255 * 127 have sums that are exact in float32.</summary>
    public const int MostUnits = 518;

    /// <summary>The number of gates.</summary>
    [JsonIgnore]
    public abstract int GateCount { get; }

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        Expect(inputs, DType.Float32, 2);
        return Units is >= 1 and <= MostUnits ? new(DType.Float32, new Shape(Units)) : throw new UsageException(
            $"takes 1 to {MostUnits} units, whose sums are exact, got {Units}");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
    [
        .. Weights.Parameters(new Shape(GateCount * Units, inputs[0].Shape[1])),
        new("recurrent", DType.Int8, new Shape(GateCount * Units, Units), null, Trainable: false),
        new("recurrent_scales", DType.Float32, new Shape(GateCount), null, Trainable: false),
    ];

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass)
    {
        var input = pass.Input();
        var (steps, rows, width) = (input.Shape[1], pass.Batch * input.Shape[1], GateCount * Units);
        var gates = pass.Scratch("gates", DType.Float32, new Shape(rows, width));
        Weights.Emit(pass, input.Reshape(new Shape(rows, input.Shape[2])), gates,
            (x, zeroPoints, sums) => new IntGemmCall(x, pass.Parameter("kernel"), null, sums, 0, zeroPoints),
            (x, kernel, sums) => new GemmCall(x, kernel, null, sums, TransposeB: true));
        var integers = pass.Scratch("recurrent.values", DType.Float32, new Shape(width, Units));
        pass.Emit(new DequantizeCall(pass.Parameter("recurrent"), integers, 1, 0));
        pass.Emit(Walk(pass, gates.Reshape(new Shape(pass.Batch, steps, width)), integers) with
        {
            StateScales = pass.Parameter("recurrent_scales"),
        });
    }

    /// <summary>The walk over the steps.</summary>
    private protected abstract SequenceCall Walk(ForwardPass pass, TensorView gates, TensorView recurrent);
}
