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

    private Action IntGemmByElements(IntGemmCall call)
    {
        var (a, b) = (Int8s(call.A), Int8s(call.B));
        var sizes = new IntGemmSizes(call.B.Shape[0], call.B.Shape[1], call.ZeroPoint, Flag(call.Bias), Flag(call.RowZeroPoints));
        if (call.Requantization is not { } r)
            return kernels.Bind(
                IntGemmKernel.Accumulate, call.Output.Count,
                a, b, Optional<int>(call.Bias, call.Output), Optional<int>(call.RowZeroPoints, call.Output), Ints(call.Output), sizes);
        return kernels.Bind(
            IntGemmKernel.Requantize, call.Output.Count,
            a, b, Optional<int>(call.Bias, r.Shifts), Optional<int>(call.RowZeroPoints, r.Shifts), Ints(r.Multipliers), Ints(r.Shifts),
            Bytes(call.Output), sizes, Sizes(r));
    }

    private Action IntConvolveByElements(IntConv2DCall call)
    {
        var (x, w) = (Int8s(call.Input), Int8s(call.Kernel));
        var sizes = new IntConv2DSizes(
            call.Input.Shape[3], call.Kernel.Shape[0], call.ZeroPoint, Flag(call.Bias), Flag(call.RowZeroPoints));
        if (call.Requantization is not { } r)
            return kernels.Bind(
                IntConv2DKernel.Accumulate, call.Output.Count,
                x, w, Optional<int>(call.Bias, call.Output), Optional<int>(call.RowZeroPoints, call.Output), Ints(call.Output),
                call.Window, sizes);
        return kernels.Bind(
            IntConv2DKernel.Requantize, call.Output.Count,
            x, w, Optional<int>(call.Bias, r.Shifts), Optional<int>(call.RowZeroPoints, r.Shifts), Ints(r.Multipliers), Ints(r.Shifts),
            Bytes(call.Output), call.Window, sizes, Sizes(r));
    }

    private static Conv2DSizes Sizes(TensorView input, TensorView output) =>
        new(input.Shape[0], input.Shape[3], output.Shape[3], 0, 0, 0, 0, Activation.None);

    // Image by image; the parts are small next to the activations.
    private static RowChunks ImageChunks(Conv2DBackwardWeightsCall call) => new(call.Input.Shape[0], leastRows: 1, mostChunks: 64);
}
