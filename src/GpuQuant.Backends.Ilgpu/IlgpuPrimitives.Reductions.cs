using GpuQuant.Kernels;

namespace GpuQuant.Backends.Ilgpu;

internal sealed partial class IlgpuPrimitives
{
    public Action Prepare(ReduceRowsCall call)
    {
        var (chunks, columns, parts) = (new RowChunks(call.Rows), call.Columns, Scratch(call));
        return kernels.Bind(ColumnSumKernel.Chunk, chunks.Count * columns, Floats(call.Input), parts, call.Rows, columns, chunks.Size)
            + kernels.Bind(ColumnSumKernel.Finish, columns, parts, Floats(call.Output), chunks.Count, columns, Flag(call.Accumulate));
    }

    public Action Prepare(MinMaxCall call)
    {
        var (threads, parts) = (MinMaxThreads(call), Scratch(call));
        return kernels.Bind(MinMaxKernel.Chunk, threads, Floats(call.Input), parts, threads, call.Input.Count)
            + kernels.Bind(MinMaxKernel.Finish, 2, parts, Floats(call.Range), threads);
    }

    private static int MinMaxThreads(MinMaxCall call) => Math.Clamp(call.Input.Count / 64, 1, 1024);
}
