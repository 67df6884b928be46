using GpuQuant.Kernels;

namespace GpuQuant.Backends.Ilgpu;

internal sealed partial class IlgpuPrimitives
{
    public Action Prepare(GemmCall call)
    {
        if (kernels.Blocks.IsEmpty)
            return GemmByElements(call);
        var product = FloatProduct(
            Matrix(call.A, call.M, call.K, !call.TransposeA), Matrix(call.B, call.N, call.K, call.TransposeB),
            Output(call.C, call.M, call.N, call.Activation, call.Bias), new(call.M, call.N, call.K));
        return product + Curved(call.C, call.Activation);
    }

    public Action Prepare(Conv2DForwardCall call)
    {
        var convolve = kernels.Blocks.IsEmpty ? ConvolveByElements(call) : Convolve(call);
        return call.Moments is { } moments ? convolve + Moments(call.Output, moments, Scratch(call)) : convolve;
    }

    public Action Prepare(Conv2DBackwardDataCall call)
    {
        if (kernels.Blocks.IsEmpty)
            return BackwardDataByElements(call);
        var (inputs, outputs) = (call.InputGradient.Shape[3], call.OutputGradient.Shape[3]);
        var map = new GradientMap(call.Window, call.InputGradient.Shape[0], outputs);
        var kernel = new KernelLoader(
            Floats(call.Kernel), new(outputs), call.Window.KernelArea, inputs, Flag(IsAligned(inputs, call.Kernel)));
        return FloatProduct(
            Patches(call.OutputGradient, map), kernel, Output(call.InputGradient, map.Pixels, inputs, Activation.None),
            new(map.Pixels, inputs, map.Taps));
    }

    public Action Prepare(Conv2DBackwardWeightsCall call)
    {
        var kernel = kernels.Blocks.IsEmpty ? BackwardWeightsByElements(call) : BackwardWeights(call);
        return call.BiasGradient is { } bias ? kernel + SumRows(call.OutputGradient, bias, Scratch(call), Flag(false)) : kernel;
    }

    private Action Convolve(Conv2DForwardCall call)
    {
        var outputs = call.Output.Shape[3];
        var map = new PatchMap(call.Window, call.Input.Shape[0], call.Input.Shape[3]);
        var output = Output(
            call.Output, map.Pixels, outputs, call.Activation, call.Bias, call.Scale, call.Shift, call.Residual);
        var product = FloatProduct(
            Patches(call.Input, map), Matrix(call.Kernel, outputs, map.Taps, isAlongDepth: true), output, new(map.Pixels, outputs, map.Taps));
        return product + Curved(call.Output, call.Activation);
    }

    private Action BackwardWeights(Conv2DBackwardWeightsCall call)
    {
        var grid = WeightsGrid(call);
        var map = new PatchMap(call.Window, call.Input.Shape[0], call.Input.Shape[3]);
        var patches = Patches(call.Input, map) with { IsTransposed = 1 };
        var output = Output(call.KernelGradient, grid.Rows, grid.Columns, Activation.None);
        var isWhole = grid.Chunks == 1;
        var parts = isWhole ? output.Values : Scratch(call);
        var product = FloatProduct(
            Matrix(call.OutputGradient, grid.Rows, grid.Depth, isAlongDepth: false), patches, output with { Values = parts }, grid);
        var count = call.KernelGradient.Count;
        return isWhole
            ? product
            : product + kernels.Bind(ColumnSumKernel.Finish, count, parts, Floats(call.KernelGradient), grid.Chunks, count, Flag(false));
    }

    /// <summary>
    /// Few kernels have blocks enough for a GPU, so the pixels are cut into chunks of at least 256 whose sums are added up afterwards, in
    /// their order. How many depends on the sizes alone, and so do the bits.
    /// </summary>
    private static ProductGrid WeightsGrid(Conv2DBackwardWeightsCall call)
    {
        var (rows, columns) = (call.OutputGradient.Shape[3], call.KernelGradient.Count / call.OutputGradient.Shape[3]);
        var pixels = call.OutputGradient.Count / rows;
        var blocks = (rows + 63) / 64 * ((columns + 63) / 64);
        var chunks = Math.Clamp(256 / blocks, 1, (pixels + 255) / 256);
        return new(rows, columns, pixels, ((pixels + chunks - 1) / chunks + 7) / 8 * 8);
    }

    private static long WeightsBytes(Conv2DBackwardWeightsCall call)
    {
        var chunks = WeightsGrid(call).Chunks;
        return chunks == 1 ? 0 : 4L * chunks * call.KernelGradient.Count;
    }

    private static PatchLoader<TMap> Patches<TMap>(TensorView images, TMap map) where TMap : struct, IPatchMap =>
        new(Floats(images), map, 0, Flag(IsAligned(images.Shape[3], images)));
}
