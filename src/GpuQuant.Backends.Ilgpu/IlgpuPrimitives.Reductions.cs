using GpuQuant.Kernels;
using ILGPU;

namespace GpuQuant.Backends.Ilgpu;

internal sealed partial class IlgpuPrimitives
{
    public Action Prepare(ReduceRowsCall call) => SumRows(call.Input, call.Output, Scratch(call), Flag(call.Accumulate));

    public Action Prepare(MinMaxCall call)
    {
        var (threads, parts) = (MinMaxThreads(call), Scratch(call));
        return kernels.Bind(MinMaxKernel.Chunk, threads, Floats(call.Input), parts, threads, call.Input.Count)
            + kernels.Bind(MinMaxKernel.Finish, 2, parts, Floats(call.Range), threads);
    }

    private Action SumRows(TensorView input, TensorView output, ArrayView<float> parts, int accumulate)
    {
        var columns = output.Count;
        var (rows, chunks) = (input.Count / columns, new RowChunks(input.Count / columns));
        return kernels.Bind(ColumnSumKernel.Chunk, chunks.Count * columns, Floats(input), parts, rows, columns, chunks.Size)
            + kernels.Bind(ColumnSumKernel.Finish, columns, parts, Floats(output), chunks.Count, columns, accumulate);
    }

    private static int MinMaxThreads(MinMaxCall call) => Math.Clamp(call.Input.Count / 64, 1, 1024);
}
