using GpuQuant.Kernels;

namespace GpuQuant.Backends.Ilgpu;

/// <summary>Products with one thread per element, for devices whose groups of threads are too small for blocks.</summary>
internal sealed partial class IlgpuPrimitives
{
    private Action GemmByElements(GemmCall call)
    {
        var (rowA, stepA) = call.TransposeA ? (1, call.M) : (call.K, 1);
        var (stepB, columnB) = call.TransposeB ? (1, call.K) : (call.N, 1);
        var sizes = new GemmSizes(call.N, call.K, rowA, stepA, stepB, columnB, Flag(call.Bias), call.Activation);
        return kernels.Bind(
            GemmKernel.Multiply, call.C.Count,
            Floats(call.A), Floats(call.B), Optional<float>(call.Bias, call.A), Floats(call.C), sizes);
    }

    private Action ConvolveByElements(Conv2DForwardCall call)
    {
        var sizes = new Conv2DSizes(call.Input.Shape[0], call.Input.Shape[3], call.Output.Shape[3], Flag(call.Bias), Flag(call.Scale),
            Flag(call.Shift), Flag(call.Residual), call.Activation);
        return kernels.Bind(
            Conv2DKernel.Forward, call.Output.Count,
            Floats(call.Input), Floats(call.Kernel), Optional<float>(call.Bias, call.Input), Optional<float>(call.Scale, call.Input),
            Optional<float>(call.Shift, call.Input), Optional<float>(call.Residual, call.Input), Floats(call.Output), call.Window, sizes);
    }

    private Action BackwardDataByElements(Conv2DBackwardDataCall call) => kernels.Bind(
        Conv2DKernel.BackwardData, call.InputGradient.Count,
        Floats(call.OutputGradient), Floats(call.Kernel), Floats(call.InputGradient), call.Window,
        Sizes(call.InputGradient, call.OutputGradient));

    private Action BackwardWeightsByElements(Conv2DBackwardWeightsCall call)
    {
        var (chunks, count, parts) = (ImageChunks(call), call.KernelGradient.Count, Scratch(call));
        return kernels.Bind(
            Conv2DKernel.BackwardWeights, chunks.Count * count,
            Floats(call.Input), Floats(call.OutputGradient), parts, call.Window, Sizes(call.Input, call.OutputGradient), chunks.Size)
            + kernels.Bind(ColumnSumKernel.Finish, count, parts, Floats(call.KernelGradient), chunks.Count, count, Flag(false));
    }

    private static Conv2DSizes Sizes(TensorView input, TensorView output) =>
        new(input.Shape[0], input.Shape[3], output.Shape[3], 0, 0, 0, 0, Activation.None);

    // Image by image; the parts are small next to the activations.
    private static RowChunks ImageChunks(Conv2DBackwardWeightsCall call) => new(call.Input.Shape[0], leastRows: 1, mostChunks: 64);
}
