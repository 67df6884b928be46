using GpuQuant.Kernels;

namespace GpuQuant.Backends.Ilgpu;

internal sealed partial class IlgpuPrimitives
{
    private const int PgdChunk = 512;

    public Action Prepare(MixupCall call) => kernels.Bind(MixupKernel.Mix, call.Output.Count, Floats(call.Input), Ints(call.Partners),
        Floats(call.Shares), Floats(call.Output), call.Input.Count / call.Input.Shape[0]);

    public Action Prepare(PgdStepCall call)
    {
        var (gradient, origin, mean) = (Floats(call.Gradient), Floats(call.Origin), Floats(call.Mean));
        var (samples, count) = (Floats(call.Samples), call.Samples.Count);
        var sizes = new PgdSizes(call.Length, PgdChunk, PgdChunks(call), call.Step, call.Radius, call.Low, call.High);
        if (call.Norm == AttackNorm.LInfinity)
            return kernels.Bind(PgdKernel.AlongSign, count, gradient, origin, mean, samples, sizes);
        var rows = call.Samples.Shape[0];
        var (parts, totals) = (Scratch(call), Scratch(call).SubView(rows * sizes.Chunks, rows));
        return kernels.Bind(PgdKernel.Squares, rows * sizes.Chunks, gradient, parts, sizes)
            + kernels.Bind(PgdKernel.Total, rows, parts, totals, sizes)
            + kernels.Bind(PgdKernel.AlongGradient, count, gradient, totals, samples, sizes)
            + kernels.Bind(PgdKernel.Distances, rows * sizes.Chunks, samples, origin, parts, sizes)
            + kernels.Bind(PgdKernel.Total, rows, parts, totals, sizes)
            + kernels.Bind(PgdKernel.Project, count, totals, origin, mean, samples, sizes);
    }

    public Action Prepare(UniformCall call)
    {
        var length = call.Output.Count / call.Output.Shape[0];
        var blocks = (length + 3) / 4;
        return kernels.Bind(UniformKernel.Draw, call.Output.Shape[0] * blocks, Ints(call.Position), Floats(call.Output), length, blocks,
            (uint)call.Purpose);
    }

    private static int PgdChunks(PgdStepCall call) => (call.Length + PgdChunk - 1) / PgdChunk;

    private static long PgdBytes(PgdStepCall call) =>
        call.Norm == AttackNorm.LInfinity ? 0 : 4L * call.Samples.Shape[0] * (PgdChunks(call) + 1);
}
