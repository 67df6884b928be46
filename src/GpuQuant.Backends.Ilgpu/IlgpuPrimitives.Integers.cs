using GpuQuant.Kernels;
using GpuQuant.Numerics;

namespace GpuQuant.Backends.Ilgpu;

internal sealed partial class IlgpuPrimitives
{
    public Action Prepare(IntGemmCall call)
    {
        if (call.A.Type == DType.Int16)
            return Wide(call.A, call.B, call.Bias, call.Output, call.Requantization, call.AccumulatorBits,
                new Window2D(call.A.Shape[0], 1, 1, 1, 1, 1, 0, 0, call.A.Shape[0], 1));
        if (kernels.Blocks.IsEmpty)
            return IntGemmByElements(call);
        var rows = call.A.Shape[0];
        var product = new IntProduct(call.B, call.Bias, call.Output, call.Requantization, rows, call.B.Shape[1],
            new(Optional<int>(call.RowZeroPoints, call.B), Flag(call.RowZeroPoints), call.ZeroPoint, new(1)));
        return Multiply(call, Rows(call.A, rows, product.Depth), product);
    }

    public Action Prepare(IntConv2DCall call)
    {
        if (call.Input.Type == DType.Int16)
            return Wide(call.Input, call.Kernel, call.Bias, call.Output, call.Requantization, call.AccumulatorBits, call.Window);
        if (kernels.Blocks.IsEmpty)
            return IntConvolveByElements(call);
        var (images, channels) = (call.Input.Shape[0], call.Input.Shape[3]);
        var map = new PatchMap(call.Window, images, channels);
        var zeroPoints = new RowZeroPoints(Optional<int>(call.RowZeroPoints, call.Kernel), Flag(call.RowZeroPoints), call.ZeroPoint,
            new(map.Pixels / images));
        var isAligned = channels % 16 == 0 && IlgpuMemory.IsAligned(call.Input, 16);
        var product = new IntProduct(call.Kernel, call.Bias, call.Output, call.Requantization, map.Pixels, map.Taps, zeroPoints);
        var patches = new PatchBytes(Int8s(call.Input), IlgpuMemory.Address(call.Input), map, zeroPoints, Flag(isAligned));
        return Multiply(call, patches, product);
    }

    public Action Prepare(IntScaleCall call)
    {
        var r = call.Requantization;
        if (call.Input.Type == DType.Int16)
            return kernels.Bind(
                WideKernel.Scale, call.Output.Count,
                Int16s(call.Input), Int8s(call.Kernel), Longs(call.Bias), Ints(r.Multipliers), Ints(r.Shifts), Int16s(call.Output),
                call.Input.Shape[^1], Sizes(r));
        return kernels.Bind(
            IntScaleKernel.Requantize, call.Output.Count,
            Int8s(call.Input), Int8s(call.Kernel), Ints(call.Bias), Ints(r.Multipliers), Ints(r.Shifts), Bytes(call.Output),
            call.Input.Shape[^1], call.ZeroPoint, Sizes(r));
    }

    public Action Prepare(ByteTableCall call) => kernels.Bind(
        ByteTableKernel.Look, call.Input.Count, Int8s(call.Input), Bytes(call.Table), Bytes(call.Output));

    public Action Prepare(IntAddCall call) => call.Output.Type == DType.Int16
        ? kernels.Bind(
            WideKernel.Add, call.Output.Count, Int16s(call.Left), Int16s(call.Right), Int16s(call.Output), call.Factors)
        : kernels.Bind(
            IntAddKernel.Add, call.Output.Count, Int8s(call.Left), Int8s(call.Right), Int8s(call.Output), call.Factors);

    /// <summary>A product of int16 inputs; a matrix product is a convolution of one image that is one pixel wide.</summary>
    private Action Wide(TensorView input, TensorView kernel, TensorView? bias, TensorView output, Requantization? requantization,
        int accumulatorBits, Window2D window)
    {
        if (requantization is not { } r || output.Type != DType.Int16)
            throw new UsageException($"Products of {DType.Int16} inputs are requantized to {DType.Int16}, not given as {output.Type}.");
        var sizes = new WideSizes(input.Shape[^1], kernel.Shape[0], Flag(bias), Flag(accumulatorBits == 32));
        return kernels.Bind(
            WideConv2DKernel.Requantize, output.Count,
            Int16s(input), Int8s(kernel), Optional<long>(bias, r.Shifts), Ints(r.Multipliers), Ints(r.Shifts), Int16s(output), window,
            sizes, Sizes(r));
    }
}
