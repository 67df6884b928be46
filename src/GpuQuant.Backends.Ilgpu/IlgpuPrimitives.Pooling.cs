using GpuQuant.Kernels;
using GpuQuant.Numerics;

namespace GpuQuant.Backends.Ilgpu;

internal sealed partial class IlgpuPrimitives
{
    public Action Prepare(Pool2DForwardCall call) => kernels.Bind(
        call.Kind == PoolKind.Max ? Pool2DKernel.Max : Pool2DKernel.Average, call.Output.Count,
        Floats(call.Input), Floats(call.Output), call.Window, call.Input.Shape[3]);

    public Action Prepare(Pool2DBackwardCall call) => call.Kind == PoolKind.Max
        ? kernels.Bind(
            Pool2DKernel.MaxBackward, call.InputGradient.Count,
            Floats(call.Input), Floats(call.Output), Floats(call.OutputGradient), Floats(call.InputGradient), call.Window,
            call.InputGradient.Shape[3], call.Activation)
        : kernels.Bind(
            Pool2DKernel.AverageBackward, call.InputGradient.Count,
            Floats(call.OutputGradient), Floats(call.InputGradient), call.Window, call.InputGradient.Shape[3]);

    public Action Prepare(IntPool2DCall call) => call.Input.Type == DType.Int16
        ? kernels.Bind(
            WideKernel.Pool, call.Output.Count,
            Int16s(call.Input), Int16s(call.Output), call.Window, call.Input.Shape[3], Flag(call.Kind == PoolKind.Max))
        : kernels.Bind(
            call.Kind == PoolKind.Max ? IntPool2DKernel.Max : IntPool2DKernel.Average, call.Output.Count,
            Int8s(call.Input), Int8s(call.Output), call.Window, call.Input.Shape[3]);
}
