using GpuQuant.Kernels;

namespace GpuQuant.Backends.Ilgpu;

internal sealed partial class IlgpuPrimitives
{
    public Action Prepare(AdamCall call) => kernels.Bind(
        OptimizerKernel.Adam, call.Parameters.Count,
        Floats(call.Gradients), Floats(call.Rate), Floats(call.Parameters), Floats(call.FirstMoment), Floats(call.SecondMoment),
        call.Beta1, call.Beta2, call.Epsilon);

    public Action Prepare(SgdCall call) => kernels.Bind(
        OptimizerKernel.Sgd, call.Parameters.Count,
        Floats(call.Gradients), Floats(call.Rate), Floats(call.Parameters), Floats(call.Velocity), call.Momentum, Flag(call.Nesterov));
}
