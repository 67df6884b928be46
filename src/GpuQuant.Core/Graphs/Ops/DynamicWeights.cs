using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>The integer side of a layer with int8 weights whose input is quantized on the fly.</summary>
/// <param name="PerChannel">Whether each output channel has a scale of its own; else there is one for all.</param>
/// <param name="Activation">Applied to the output.</param>
/// <param name="SimulationParts">As in <see cref="IntegerOutput"/>.</param>
public sealed record DynamicWeights(bool PerChannel, Activation Activation = Activation.None, int SimulationParts = 1)
{
    /// <summary>The parameters of a layer with that kernel.</summary>
    internal IReadOnlyList<ParameterSpec> Parameters(Shape kernel) =>
    [
        new("kernel", DType.Int8, kernel, null, Trainable: false),
        .. IntegerOutput.PartNames(SimulationParts).Select(name => new ParameterSpec(name, DType.Int8, kernel, null, Trainable: false)),
        new("scales", DType.Float32, new Shape(PerChannel ? kernel[0] : 1), null, Trainable: false),
        new("bias", DType.Float32, new Shape(kernel[0]), null, Trainable: false),
    ];

    /// <summary>Emits quantization of the input, the integer product in the wanted arithmetic, and the way back to float.</summary>
    internal void Emit(ForwardPass pass, Func<TensorView, TensorView, TensorView, KernelCall> native,
        Func<TensorView, TensorView, TensorView, KernelCall> simulated) => Emit(pass, pass.Input(), pass.Output, native, simulated);

    /// <summary>The same of other tensors than the layer's own: each row of the input has a range, and gives a row of the output.</summary>
    internal void Emit(ForwardPass pass, TensorView from, TensorView output, Func<TensorView, TensorView, TensorView, KernelCall> native,
        Func<TensorView, TensorView, TensorView, KernelCall> simulated)
    {
        var rows = new Shape(from.Shape[0]);
        var input = pass.Scratch("dynamic.input", DType.Int8, from.Shape);
        var scales = pass.Scratch("dynamic.scales", DType.Float32, rows);
        var zeroPoints = pass.Scratch("dynamic.zero_points", DType.Int32, rows);
        pass.Emit(new QuantizeRowsCall(from, input, scales, zeroPoints));
        var accumulators = pass.Arithmetic == Arithmetic.Native
            ? Sums(pass, output.Shape, sums => native(input, zeroPoints, sums))
            : Simulate(pass, input, zeroPoints, output.Shape, simulated);
        pass.Emit(new ScaleAccumulatorsCall(accumulators, scales, pass.Parameter("scales"), pass.Parameter("bias"), output, Activation));
    }

    private static TensorView Sums(ForwardPass pass, Shape shape, Func<TensorView, KernelCall> call)
    {
        var sums = pass.Scratch("dynamic.sums", DType.Int32, shape);
        pass.Emit(call(sums));
        return sums;
    }

    private TensorView Simulate(ForwardPass pass, TensorView input, TensorView zeroPoints, Shape shape,
        Func<TensorView, TensorView, TensorView, KernelCall> product)
    {
        var integers = pass.Scratch("simulated.input", DType.Float32, input.Shape);
        pass.Emit(new DequantizeCall(input, integers, 1, 0, zeroPoints));
        return SimulatedSums.Emit(pass, integers, SimulationParts, product, shape: shape);
    }
}
