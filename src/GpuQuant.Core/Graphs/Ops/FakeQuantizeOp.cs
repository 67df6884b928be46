using System.Text.Json.Serialization;
using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// Rounds a value to what integers of so many bits can hold, with one scale and zero point per tensor, while everything stays float32:
/// training learns to live with quantization. By range, that is a moving average of the batches' least and greatest values
/// (<see cref="RangeUpdateCall"/>, after TensorFlow Model Optimization's <c>MovingAverageQuantizer</c>), kept in the parameter
/// <c>range</c>, which holds two zeros until the first batch. Training quantizes with the range that has just been moved, evaluation with
/// the stored one. The gradient passes straight through within the range and is 0 beyond it.
/// </summary>
/// <remarks>
/// The other methods learn a parameter by the same gradient descent as the weights: <c>step</c> (LSQ; LSQ+ with <c>offset</c>) or
/// <c>clip</c>, the range's end (PACT). It is 0 until the first batch, from which it starts; <see cref="LearnedStepCall"/> says what
/// happens to one that training takes below 0. DoReFa's activations have a fixed range from 0 to 1.
/// </remarks>
/// <param name="Bits">Of the integers, 2 to 20: 8 bits are -128 to 127.</param>
/// <param name="Momentum">How much of the range a step keeps, 0 to 1; with 1 a range that was set stands still.</param>
/// <example>8 bits, range 0 to 2.55: scale 0.01, zero point -128; 0.123 becomes 0.12, and 3 becomes 2.55 with no gradient.</example>
public sealed record FakeQuantizeOp(int Bits = 8, float Momentum = 0.99f) : Op
{
    /// <summary>Whether values pass as they are, and training only moves the range, if there is one: quantization is to begin later.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsObserver { get; init; }

    /// <summary>How the step comes about.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public QuantizerMethod Method { get; init; }

    /// <summary>The integers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public QuantizerGrid Grid { get; init; }

    /// <summary>PACT: the L2 factor of the learned end (<see cref="ParameterSpec"/>).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public float ClipL2 { get; init; }

    /// <inheritdoc/>
    protected internal override string Stem => "fake_quantize";

    /// <summary>The least integer.</summary>
    internal int Minimum => Grid == QuantizerGrid.Unsigned ? 0 : -(1 << (Bits - 1));

    /// <summary>The greatest integer.</summary>
    internal int Maximum => Grid == QuantizerGrid.Unsigned ? (1 << Bits) - 1 : (1 << (Bits - 1)) - 1;

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        if (Bits is < 2 or > 20)
            throw new UsageException($"fake-quantizes to 2 to 20 bits, got {Bits}");
        if (Momentum is not (>= 0 and <= 1))
            throw new UsageException($"keeps a share from 0 to 1 of its range, got {Momentum}");
        var fits = Method switch
        {
            QuantizerMethod.Range => true,
            QuantizerMethod.Lsq => Grid != QuantizerGrid.Asymmetric,
            QuantizerMethod.LsqPlus => Grid == QuantizerGrid.Asymmetric,
            _ => Grid == QuantizerGrid.Unsigned,
        };
        if (!fits)
            throw new UsageException($"cannot have {Grid} integers by {Method}: Lsq has Signed or Unsigned ones, LsqPlus Asymmetric, Pact and "
                + "Dorefa Unsigned");
        return new(DType.Float32, Expect(inputs, DType.Float32));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) => Method switch
    {
        QuantizerMethod.Range => [new("range", DType.Float32, new Shape(2), Initializer.Constant(0), Trainable: false)],
        QuantizerMethod.Lsq => [Learned("step")],
        QuantizerMethod.LsqPlus => [Learned("step"), Learned("offset")],
        QuantizerMethod.Pact => [Learned("clip") with { L2 = ClipL2 }],
        _ => [],
    };

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass)
    {
        if (IsObserver && Method != QuantizerMethod.Range)
        {
            pass.AliasOutput(pass.Input());
            return;
        }
        var scale = pass.Scratch("scale", DType.Float32, new Shape(1));
        var zeroPoint = pass.Scratch("zero_point", DType.Int32, new Shape(1));
        if (Method == QuantizerMethod.Range)
        {
            var quantization = new OutputQuantization(pass.Parameter("range"), scale, zeroPoint, Momentum, Minimum, Maximum);
            if (Grid == QuantizerGrid.Asymmetric && !IsObserver && pass.IsTraining && pass.TryQuantizeInput(quantization))
                return;
            pass.Emit(new RangeUpdateCall(pass.IsTraining ? MeasureRange(pass) : null, quantization.Range, scale, zeroPoint, Momentum,
                Minimum, Maximum, IsSymmetric: Grid != QuantizerGrid.Asymmetric));
        }
        else
            EmitStep(pass, scale, zeroPoint);
        if (IsObserver)
            pass.AliasOutput(pass.Input());
        else
            pass.Emit(new FakeQuantizeForwardCall(pass.Input(), scale, zeroPoint, pass.Output, 1, Minimum, Maximum));
    }

    /// <inheritdoc/>
    public override void Backward(BackwardPass pass)
    {
        if (IsObserver || pass.IsInputQuantized())
            pass.AliasInputGradient(0, pass.OutputGradient);
        else if (Method == QuantizerMethod.Range)
            pass.Emit(new FakeQuantizeBackwardCall(pass.Input(), pass.Saved("scale"), pass.Saved("zero_point"), pass.OutputGradient,
                pass.InputGradient(), 1, Minimum, Maximum));
        else
            EmitLearnedBackward(pass);
    }

    private static ParameterSpec Learned(string name) => new(name, DType.Float32, new Shape(1), Initializer.Constant(0));

    private static TensorView MeasureRange(ForwardPass pass)
    {
        var batch = pass.Scratch("batch_range", DType.Float32, new Shape(2));
        pass.Emit(new FillCall(batch, 0));
        pass.Emit(new MinMaxCall(pass.Input(), batch));
        return batch;
    }

    private void EmitStep(ForwardPass pass, TensorView scale, TensorView zeroPoint)
    {
        var input = pass.IsTraining ? pass.Input() : null;
        if (Method == QuantizerMethod.Dorefa)
        {
            // A learned end that stays at 1.
            var end = pass.Scratch("end", DType.Float32, new Shape(1));
            pass.Emit(new FillCall(end, 1));
            pass.Emit(new LearnedStepCall(null, end, null, scale, zeroPoint, StepStart.Greatest, Minimum, Maximum));
            return;
        }
        var (name, start) = Method switch
        {
            QuantizerMethod.Lsq => ("step", StepStart.MeanMagnitude),
            QuantizerMethod.LsqPlus => ("step", StepStart.LeastToGreatest),
            _ => ("clip", StepStart.Greatest),
        };
        var offset = Method == QuantizerMethod.LsqPlus ? pass.Parameter("offset") : null;
        pass.Emit(new LearnedStepCall(input, pass.Parameter(name), offset, scale, zeroPoint, start, Minimum, Maximum));
    }

    private void EmitLearnedBackward(BackwardPass pass)
    {
        var isClip = Method == QuantizerMethod.Pact;
        var factor = isClip ? 1 : KernelQuantizer.LearnedGradientScale(pass.Node.Output.Shape.Count, Maximum);
        var gradient = Method == QuantizerMethod.Dorefa ? null : pass.ParameterGradient(isClip ? "clip" : "step");
        var offset = Method == QuantizerMethod.LsqPlus ? pass.ParameterGradient("offset") : null;
        pass.Emit(new LearnedQuantizeBackwardCall(pass.Input(), pass.Saved("scale"), pass.Saved("zero_point"), pass.OutputGradient,
            pass.NeedsInputGradient() ? pass.InputGradient() : null, gradient, offset, Minimum, Maximum, factor, isClip));
    }
}
