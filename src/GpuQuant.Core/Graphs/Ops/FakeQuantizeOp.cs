using System.Text.Json.Serialization;
using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// Rounds a value to what integers of so many bits can hold, with one scale and zero point per tensor, while everything stays float32:
/// training learns to live with quantization. The range is a moving average of the batches' least and greatest values
/// (<see cref="RangeUpdateCall"/>, after TensorFlow Model Optimization's <c>MovingAverageQuantizer</c>), kept in the parameter
/// <c>range</c>, which holds two zeros until the first batch. Training quantizes with the range that has just been moved, evaluation with
/// the stored one. The gradient passes straight through within the range and is 0 beyond it.
/// </summary>
/// <param name="Bits">Of the integers, 2 to 20: 8 bits are -128 to 127.</param>
/// <param name="Momentum">How much of the range a step keeps, 0 to 1; with 1 a range that was set stands still.</param>
/// <example>8 bits, range 0 to 2.55: scale 0.01, zero point -128; 0.123 becomes 0.12, and 3 becomes 2.55 with no gradient.</example>
public sealed record FakeQuantizeOp(int Bits = 8, float Momentum = 0.99f) : Op
{
    /// <summary>Whether values pass as they are, and training only moves the range: quantization is to begin later.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsObserver { get; init; }

    /// <inheritdoc/>
    protected internal override string Stem => "fake_quantize";

    private int Minimum => -(1 << (Bits - 1));

    private int Maximum => (1 << (Bits - 1)) - 1;

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        if (Bits is < 2 or > 20)
            throw new UsageException($"fake-quantizes to 2 to 20 bits, got {Bits}");
        if (Momentum is not (>= 0 and <= 1))
            throw new UsageException($"keeps a share from 0 to 1 of its range, got {Momentum}");
        return new(DType.Float32, Expect(inputs, DType.Float32));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
        [new("range", DType.Float32, new Shape(2), Initializer.Constant(0), Trainable: false)];

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass)
    {
        var quantization = new OutputQuantization(pass.Parameter("range"), pass.Scratch("scale", DType.Float32, new Shape(1)),
            pass.Scratch("zero_point", DType.Int32, new Shape(1)), Momentum, Minimum, Maximum);
        if (!IsObserver && pass.IsTraining && pass.TryQuantizeInput(quantization))
            return;
        var batch = pass.IsTraining ? MeasureRange(pass) : null;
        pass.Emit(new RangeUpdateCall(
            batch, quantization.Range, quantization.Scale, quantization.ZeroPoint, Momentum, Minimum, Maximum));
        if (IsObserver)
            pass.AliasOutput(pass.Input());
        else
            pass.Emit(new FakeQuantizeForwardCall(
                pass.Input(), quantization.Scale, quantization.ZeroPoint, pass.Output, 1, Minimum, Maximum));
    }

    /// <inheritdoc/>
    public override void Backward(BackwardPass pass)
    {
        if (IsObserver || pass.IsInputQuantized())
            pass.AliasInputGradient(0, pass.OutputGradient);
        else
            pass.Emit(new FakeQuantizeBackwardCall(pass.Input(), pass.Saved("scale"), pass.Saved("zero_point"), pass.OutputGradient,
                pass.InputGradient(), 1, Minimum, Maximum));
    }

    private static TensorView MeasureRange(ForwardPass pass)
    {
        var batch = pass.Scratch("batch_range", DType.Float32, new Shape(2));
        pass.Emit(new FillCall(batch, 0));
        pass.Emit(new MinMaxCall(pass.Input(), batch));
        return batch;
    }
}
