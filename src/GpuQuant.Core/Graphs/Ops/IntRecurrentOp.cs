using System.Text.Json.Serialization;
using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// What the integer forms of recurrent layers share (<see cref="IntSequenceCall"/>): int8 steps in, the last state in int8 out. Parameters,
/// gates one after another: <c>kernel</c> int8 (gates x units, in), <c>recurrent</c> int8 (gates x units, units), <c>bias</c> int32 in steps of
/// the inputs' sums, and for each gate of the kernel, then for each of the recurrent weights, <c>weight_scales</c>, <c>multipliers</c> and
/// <c>shifts</c>.
/// </summary>
/// <param name="Units">The length of a state.</param>
/// <param name="InputScale">The input's step; kernels need only the zero point, analyses the scales.</param>
/// <param name="InputZeroPoint">The input's zero point.</param>
/// <param name="OutputScale">The state's step.</param>
/// <param name="State">How states become int8; holds their zero point.</param>
/// <param name="SimulationParts">As in <see cref="IntegerOutput"/>, of the kernel.</param>
public abstract record IntRecurrentOp(
    int Units, float InputScale, int InputZeroPoint, float OutputScale, IntStateFactors State, int SimulationParts) : Op
{
    /// <summary>The number of gates.</summary>
    [JsonIgnore]
    public abstract int GateCount { get; }

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        Expect(inputs, DType.Int8, 2);
        return new(DType.Int8, new Shape(Units));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs)
    {
        var (width, factors) = (GateCount * Units, new Shape(2 * GateCount));
        var kernel = new Shape(width, inputs[0].Shape[1]);
        return
        [
            new("kernel", DType.Int8, kernel, null, Trainable: false),
            .. IntegerOutput.PartNames(SimulationParts).Select(name => new ParameterSpec(name, DType.Int8, kernel, null, Trainable: false)),
            new("recurrent", DType.Int8, new Shape(width, Units), null, Trainable: false),
            new("bias", DType.Int32, new Shape(width), null, Trainable: false),
            new("weight_scales", DType.Float32, factors, null, Trainable: false),
            new("multipliers", DType.Int32, factors, null, Trainable: false),
            new("shifts", DType.Int32, factors, null, Trainable: false),
        ];
    }

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass)
    {
        var input = pass.Input();
        var (steps, rows) = (input.Shape[1], new Shape(pass.Batch * input.Shape[1], input.Shape[2]));
        var gates = pass.Arithmetic == Arithmetic.Native ? Sums(pass, input.Reshape(rows)) : SimulateSums(pass, input, rows);
        pass.Emit(Walk(pass, gates.Reshape(new Shape(pass.Batch, steps, GateCount * Units))) with
        {
            IsSimulated = pass.Arithmetic == Arithmetic.Simulated,
        });
    }

    /// <summary>The walk over the steps.</summary>
    private protected abstract IntSequenceCall Walk(ForwardPass pass, TensorView gates);

    private TensorView Sums(ForwardPass pass, TensorView input)
    {
        var sums = pass.Scratch("gates", DType.Int32, new Shape(input.Shape[0], GateCount * Units));
        pass.Emit(new IntGemmCall(input, pass.Parameter("kernel"), pass.Parameter("bias"), sums, InputZeroPoint));
        return sums;
    }

    private TensorView SimulateSums(ForwardPass pass, TensorView input, Shape rows)
    {
        var values = pass.Scratch("simulated.input", DType.Float32, input.Shape);
        pass.Emit(new DequantizeCall(input, values, 1, InputZeroPoint));
        return SimulatedSums.Emit(pass, values.Reshape(rows), SimulationParts,
            (x, kernel, sums) => new GemmCall(x, kernel, null, sums, TransposeB: true), pass.Parameter("bias"),
            new Shape(rows[0], GateCount * Units));
    }
}
