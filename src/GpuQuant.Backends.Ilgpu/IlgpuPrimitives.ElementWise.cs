using GpuQuant.Kernels;
using GpuQuant.Numerics;

namespace GpuQuant.Backends.Ilgpu;

internal sealed partial class IlgpuPrimitives
{
    public Action Prepare(ActivationForwardCall call) =>
        kernels.Bind(ElementWiseKernel.Activate, call.Input.Count, Floats(call.Input), Floats(call.Output), call.Activation);

    public Action Prepare(ActivationBackwardCall call) => kernels.Bind(
        ElementWiseKernel.ActivateBackward, call.Output.Count,
        Floats(call.Output), Floats(call.OutputGradient), Floats(call.InputGradient), call.Activation);

    public Action Prepare(BinaryCall call) =>
        kernels.Bind(ElementWiseKernel.Binary, call.Output.Count, Floats(call.A), Floats(call.B), Floats(call.Output), call.Kind);

    public Action Prepare(CopyCall call) => kernels.Bind(
        ElementWiseKernel.Copy, checked((int)call.Source.Bytes), Bytes(call.Source), Bytes(call.Destination));

    public Action Prepare(CopyColumnsCall call)
    {
        var size = call.Source.Type.Size();
        var sizes = new CopyColumnsSizes(
            call.SourceColumn * size, call.Source.Shape[^1] * size, call.DestinationColumn * size, call.Destination.Shape[^1] * size,
            call.Columns * size);
        return kernels.Bind(
            CopyColumnsKernel.Copy, call.Source.Count / call.Source.Shape[^1] * sizes.Bytes,
            Bytes(call.Source), Bytes(call.Destination), sizes);
    }

    public Action Prepare(DropoutCall call)
    {
        var length = call.Input.Count / call.Input.Shape[0];
        var blocks = (length + 7) / 8;
        return kernels.Bind(
            DropoutKernel.Apply, call.Input.Shape[0] * blocks,
            Floats(call.Input), Ints(call.Position), Floats(call.Output), length, blocks, call.Threshold, call.Purpose, call.Factor);
    }

    public Action Prepare(FillCall call) =>
        kernels.Bind(ElementWiseKernel.Fill, call.Destination.Count, Floats(call.Destination), call.Value);

    public Action Prepare(ScaledAddCall call) =>
        kernels.Bind(ElementWiseKernel.ScaledAdd, call.Target.Count, Floats(call.Source), Floats(call.Target), call.Factor);
}
