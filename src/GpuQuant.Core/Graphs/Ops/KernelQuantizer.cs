using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// Fake quantization of a layer's kernel, shared by the layers that have one. By range, the scales are those of the weights as they are in
/// this step: the greatest weight is the range's end, so nothing is clamped, and gradients pass straight through to the weights.
/// </summary>
internal static class KernelQuantizer
{
    /// <summary>The name of the parameter that holds learned steps.</summary>
    public const string StepName = "kernel_step";

    /// <summary>The learned steps, if there are any.</summary>
    public static IEnumerable<ParameterSpec> Parameters(WeightQuantizer? quantizer, Shape kernel) => quantizer is { HasStep: true }
        ? [new(StepName, DType.Float32, new Shape(Steps(quantizer, kernel)), Initializer.Constant(0))]
        : [];

    /// <summary>The kernel that the forward pass uses: the parameter, or its quantized values.</summary>
    public static TensorView Emit(ForwardPass pass, WeightQuantizer? quantizer) => Emit(pass, quantizer, pass.Parameter("kernel"));

    /// <summary>The same of a kernel that was computed from the parameter.</summary>
    public static TensorView Emit(ForwardPass pass, WeightQuantizer? quantizer, TensorView kernel)
    {
        if (quantizer is null)
            return kernel;
        var steps = new Shape(Steps(quantizer, kernel.Shape));
        var scales = pass.Scratch("weight_scales", DType.Float32, steps);
        var zeroPoints = pass.Scratch("weight_zero_points", DType.Int32, steps);
        var quantized = pass.Scratch("kernel", DType.Float32, kernel.Shape);
        if (quantizer.Method == QuantizerMethod.Dorefa)
        {
            EmitDorefa(pass, quantizer.Bits, kernel, scales, zeroPoints, quantized);
            return quantized;
        }
        pass.Emit(quantizer.HasStep
            ? new LearnedStepCall(pass.IsTraining ? kernel : null, pass.Parameter(StepName), null, scales, zeroPoints,
                quantizer.Method == QuantizerMethod.Lsq ? StepStart.MeanMagnitude : StepStart.ThreeDeviations,
                -quantizer.Greatest, quantizer.Greatest)
            : new SymmetricRangeCall(kernel, scales, zeroPoints, quantizer.Greatest));
        pass.Emit(new FakeQuantizeForwardCall(
            kernel, scales, zeroPoints, quantized, kernel.Count / scales.Count, -quantizer.Greatest, quantizer.Greatest));
        return quantized;
    }

    /// <summary>The kernel that the forward pass used.</summary>
    public static TensorView Used(BackwardPass pass, WeightQuantizer? quantizer) =>
        quantizer is null ? pass.Parameter("kernel") : pass.Saved("kernel");

    /// <summary>Turns the gradient of the kernel that was used, in the parameter's place, into the parameter's, and the steps'.</summary>
    public static void EmitBackward(BackwardPass pass, WeightQuantizer? quantizer)
    {
        if (quantizer is null or { Method: QuantizerMethod.Range })
            return;
        var gradient = pass.ParameterGradient("kernel");
        if (quantizer.Method == QuantizerMethod.Dorefa)
        {
            pass.Emit(new DorefaBackwardCall(pass.Saved("tanh"), pass.Saved("weight_scales"), gradient, gradient));
            return;
        }
        var (kernel, scales) = (pass.Parameter("kernel"), pass.Saved("weight_scales"));
        pass.Emit(new LearnedQuantizeBackwardCall(kernel, scales, pass.Saved("weight_zero_points"), gradient, gradient,
            pass.ParameterGradient(StepName), null, -quantizer.Greatest, quantizer.Greatest,
            LearnedGradientScale(kernel.Count / scales.Count, quantizer.Greatest)));
    }

    /// <summary>1 / sqrt(values per step * greatest integer), which makes a step learn as fast as weights (Esser et al. 2020).</summary>
    public static float LearnedGradientScale(long values, int greatest) => (float)(1 / Math.Sqrt((double)values * greatest));

    private static void EmitDorefa(
        ForwardPass pass, int bits, TensorView kernel, TensorView greatest, TensorView zeroPoints, TensorView quantized)
    {
        var tanh = pass.Scratch("tanh", DType.Float32, kernel.Shape);
        pass.Emit(new ActivationForwardCall(Activation.Tanh, kernel, tanh));
        // With 1 as the greatest integer, the scale is the greatest magnitude itself.
        pass.Emit(new SymmetricRangeCall(tanh, greatest, zeroPoints, 1));
        pass.Emit(new DorefaForwardCall(tanh, greatest, quantized, (1 << bits) - 1));
    }

    private static int Steps(WeightQuantizer quantizer, Shape kernel) => quantizer.PerChannel ? kernel[0] : 1;
}
