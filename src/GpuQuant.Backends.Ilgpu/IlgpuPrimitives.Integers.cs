using GpuQuant.Kernels;

namespace GpuQuant.Backends.Ilgpu;

internal sealed partial class IlgpuPrimitives
{
    public Action Prepare(IntGemmCall call)
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

    public Action Prepare(IntConv2DCall call)
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

    public Action Prepare(IntScaleCall call)
    {
        var r = call.Requantization;
        return kernels.Bind(
            IntScaleKernel.Requantize, call.Output.Count,
            Int8s(call.Input), Int8s(call.Kernel), Ints(call.Bias), Ints(r.Multipliers), Ints(r.Shifts), Bytes(call.Output),
            call.Input.Shape[^1], call.ZeroPoint, Sizes(r));
    }

    public Action Prepare(IntAddCall call) => kernels.Bind(
        IntAddKernel.Add, call.Output.Count, Int8s(call.Left), Int8s(call.Right), Int8s(call.Output), call.Factors);
}
