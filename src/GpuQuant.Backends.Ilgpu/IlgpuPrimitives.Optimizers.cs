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

    public Action Prepare(ScaleCall call) =>
        kernels.Bind(OptimizerKernel.Scale, call.Target.Count, Floats(call.Factor), Floats(call.Target));

    public Action Prepare(ClampCall call) =>
        kernels.Bind(OptimizerKernel.Clamp, call.Target.Count, Floats(call.Target), call.Limit);

    public Action Prepare(MovingAverageCall call) => kernels.Bind(
        OptimizerKernel.MovingAverage, call.Average.Count, Floats(call.Source), Floats(call.Share), Floats(call.Average));

    public Action Prepare(ClipFactorCall call)
    {
        var (chunks, parts) = (new RowChunks(call.Values.Count), Scratch(call));
        return kernels.Bind(ClipFactorKernel.Chunk, chunks.Count, Floats(call.Values), parts, call.Values.Count, chunks.Size)
            + kernels.Bind(ClipFactorKernel.Finish, 1, parts, Floats(call.Factor), chunks.Count, call.Limit);
    }
}
