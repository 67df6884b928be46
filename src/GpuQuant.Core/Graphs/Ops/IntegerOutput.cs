using System.Globalization;
using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>The integer side of a convolution or dense layer: zero points, clamping, and how its sums are simulated in float.</summary>
/// <param name="InputScale">The input's step; kernels need only the zero points, exports and analyses the scales.</param>
/// <param name="InputZeroPoint">The input's zero point.</param>
/// <param name="OutputScale">The output's step.</param>
/// <param name="OutputZeroPoint">The output's zero point.</param>
/// <param name="Minimum">The least output; a fused relu raises it to the zero point.</param>
/// <param name="Maximum">The greatest output.</param>
/// <param name="SimulationParts">
/// In how many parts the kernel is cut when its sums are simulated in float, so that each stays below 2^24: 1 unless the layer is large,
/// else the parts are parameters <c>kernel_part0</c>, <c>kernel_part1</c>, ...
/// </param>
/// <param name="WeightScales">How many steps the kernel has: one per output channel, or one.</param>
/// <param name="HasFloatFactors">
/// Whether sums are requantized as ONNX says, by a float factor per channel (the parameter <c>factors</c>), halves to even, over all of
/// int8; else as TFLite does, by <c>multipliers</c> and <c>shifts</c>.
/// </param>
/// <param name="AccumulatorBits">For int16 activations: 32 if no sum of the layer leaves 32 bits, else 64.</param>
public sealed record IntegerOutput(
    float InputScale, int InputZeroPoint, float OutputScale, int OutputZeroPoint, int Minimum, int Maximum, int WeightScales,
    int SimulationParts = 1, bool HasFloatFactors = false, int AccumulatorBits = 32)
{
    /// <summary>The parameters of a layer with that kernel and input type; int16 inputs have small steps, so biases many of them.</summary>
    internal IReadOnlyList<ParameterSpec> Parameters(Shape kernel, DType input) =>
    [
        new("kernel", DType.Int8, kernel, null, Trainable: false),
        .. PartNames(SimulationParts).Select(name => new ParameterSpec(name, DType.Int8, kernel, null, Trainable: false)),
        new("weight_scales", DType.Float32, new Shape(WeightScales), null, Trainable: false),
        new("bias", input == DType.Int16 ? DType.Int64 : DType.Int32, new Shape(kernel[0]), null, Trainable: false),
        .. HasFloatFactors
            ? [new ParameterSpec("factors", DType.Float32, new Shape(kernel[0]), null, Trainable: false)]
            : FixedPointFactors(kernel[0]),
    ];

    private static ParameterSpec[] FixedPointFactors(int channels) =>
    [
        new("multipliers", DType.Int32, new Shape(channels), null, Trainable: false),
        new("shifts", DType.Int32, new Shape(channels), null, Trainable: false),
    ];

    /// <summary>Emits the layer in integer kernels.</summary>
    /// <param name="pass">The layer's pass.</param>
    /// <param name="product">The integer call for (output, requantization); without a requantization the output is int32.</param>
    internal void Compute(ForwardPass pass, Func<TensorView, Requantization?, KernelCall> product)
    {
        if (!HasFloatFactors)
        {
            pass.Emit(product(pass.Output, Requantization(pass)));
            return;
        }
        var sums = pass.Scratch("sums", DType.Int32, pass.Output.Shape);
        pass.Emit(product(sums, null));
        RequantizeByFactors(pass, sums);
    }

    /// <summary>The requantization over the layer's parameters.</summary>
    internal Requantization Requantization(ForwardPass pass) =>
        new(pass.Parameter("multipliers"), pass.Parameter("shifts"), OutputZeroPoint, Minimum, Maximum);

    /// <summary>Emits the layer in float kernels on integer values, then the same requantization as the integer kernels'.</summary>
    /// <param name="pass">The layer's pass.</param>
    /// <param name="product">The float call for (input, kernel, sums).</param>
    internal void Simulate(ForwardPass pass, Func<TensorView, TensorView, TensorView, KernelCall> product)
    {
        var input = pass.Scratch("simulated.input", DType.Float32, pass.Input().Shape);
        pass.Emit(new DequantizeCall(pass.Input(), input, 1, InputZeroPoint));
        if (pass.Input().Type == DType.Int16)
            SimulateInBytes(pass, input, product);
        else if (HasFloatFactors)
            RequantizeByFactors(pass, SimulatedSums.Emit(pass, input, SimulationParts, product, pass.Parameter("bias")));
        else
            pass.Emit(new RequantizeCall(
                SimulatedSums.Emit(pass, input, SimulationParts, product), pass.Parameter("bias"), pass.Output, Requantization(pass)));
    }

    /// <summary>
    /// Sums of int16 inputs leave float32's exact integers after a few products. So the input is cut into two: high = round(x / 256) as
    /// int8, low = x - 256 high, from -128 to 255; each has sums like those of int8 inputs, and 256 high + low is the sum.
    /// </summary>
    private void SimulateInBytes(ForwardPass pass, TensorView low, Func<TensorView, TensorView, TensorView, KernelCall> product)
    {
        var bytes = pass.Scratch("simulated.bytes", DType.Int8, low.Shape);
        var high = pass.Scratch("simulated.high", DType.Float32, low.Shape);
        pass.Emit(new QuantizeCall(low, bytes, 256, 0));
        pass.Emit(new DequantizeCall(bytes, high, 1, 0));
        pass.Emit(new ScaledAddCall(-256, high, low));
        var highSums = SimulatedSums.Emit(pass, high, SimulationParts, product);
        pass.Emit(new RequantizeCall(SimulatedSums.Emit(pass, low, SimulationParts, product), pass.Parameter("bias"), pass.Output,
            Requantization(pass), highSums));
    }

    /// <summary>int8 = clamp(round(sum * factor) + zero point), halves to even.</summary>
    private void RequantizeByFactors(ForwardPass pass, TensorView sums)
    {
        var ones = pass.Scratch("ones", DType.Float32, new Shape(pass.Batch));
        var steps = pass.Scratch("steps", DType.Float32, pass.Output.Shape);
        pass.Emit(new FillCall(ones, 1));
        pass.Emit(new ScaleAccumulatorsCall(sums, ones, pass.Parameter("factors"), null, steps));
        pass.Emit(new QuantizeCall(steps, pass.Output, 1, OutputZeroPoint, Rounding.HalfEven));
    }

    /// <summary>The parts' names; none if the kernel is whole.</summary>
    internal static IEnumerable<string> PartNames(int parts) =>
        parts == 1 ? [] : Enumerable.Range(0, parts).Select(i => "kernel_part" + i.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Sums of integer products from float kernels, exact because each part of the kernel keeps them below 2^24.</summary>
internal static class SimulatedSums
{
    public static TensorView Emit(
        ForwardPass pass, TensorView input, int parts, Func<TensorView, TensorView, TensorView, KernelCall> product,
        TensorView? bias = null, Shape? shape = null)
    {
        var sums = pass.Scratch("simulated.sums", DType.Float32, shape ?? pass.Output.Shape);
        var accumulators = pass.Scratch("simulated.accumulators", DType.Int32, shape ?? pass.Output.Shape);
        var names = parts == 1 ? ["kernel"] : IntegerOutput.PartNames(parts).ToArray();
        for (var i = 0; i < names.Length; i++)
        {
            var integers = pass.Parameter(names[i]);
            var kernel = pass.Scratch($"simulated.{names[i]}", DType.Float32, integers.Shape);
            pass.Emit(new DequantizeCall(integers, kernel, 1, 0));
            pass.Emit(product(input, kernel, sums));
            pass.Emit(new FloatToAccumulatorCall(sums, accumulators, Accumulate: i > 0, i == 0 ? bias : null));
        }
        return accumulators;
    }
}
