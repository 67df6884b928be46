using GpuQuant.Numerics;

namespace GpuQuant.Backends.Cpu;

internal sealed unsafe partial class CpuPrimitives
{
    private const int CopyChunk = 1 << 16;

    public Action Prepare(CopyCall call)
    {
        var source = At<byte>(call.Source);
        var destination = At<byte>(call.Destination);
        var bytes = call.Source.Bytes;
        PoolJob copy = (part, _) =>
        {
            var first = (long)part * CopyChunk;
            var count = Math.Min(CopyChunk, bytes - first);
            Buffer.MemoryCopy(source + first, destination + first, count, count);
        };
        var parts = (int)((bytes + CopyChunk - 1) / CopyChunk);
        return () => pool.Run(parts, copy);
    }

    public Action Prepare(CopyColumnsCall call)
    {
        var size = call.Source.Type.Size();
        var source = At<byte>(call.Source) + call.SourceColumn * size;
        var destination = At<byte>(call.Destination) + call.DestinationColumn * size;
        var (sourceRow, destinationRow) = ((long)call.Source.Shape[^1] * size, (long)call.Destination.Shape[^1] * size);
        var bytes = call.Columns * size;
        return Rows((int)(call.Source.Bytes / sourceRow), bytes, bytes, (count, first, end) =>
        {
            for (var row = first; row < end; row++)
                Buffer.MemoryCopy(source + row * sourceRow, destination + row * destinationRow, count, count);
        });
    }

    public Action Prepare(FillCall call) =>
        ElementWise.Prepare(pool, call.Destination.Count, new FillMap(call.Value, At<float>(call.Destination)));

    public Action Prepare(ActivationForwardCall call) =>
        ElementWise.Prepare(pool, call.Input.Count, new ActivationMap(call.Activation, At<float>(call.Input), At<float>(call.Output)));

    public Action Prepare(ActivationBackwardCall call) =>
        ElementWise.Prepare(pool, call.Output.Count, new ActivationGradientMap(
            call.Activation, At<float>(call.Output), At<float>(call.OutputGradient), At<float>(call.InputGradient)));

    public Action Prepare(BinaryCall call) =>
        ElementWise.Prepare(pool, call.A.Count, new BinaryMap(call.Kind, At<float>(call.A), At<float>(call.B), At<float>(call.Output)));

    public Action Prepare(ScaledAddCall call) =>
        ElementWise.Prepare(pool, call.Source.Count, new ScaledAddMap(call.Factor, At<float>(call.Source), At<float>(call.Target)));

    public Action Prepare(DropoutCall call) => Dropout.Prepare(pool, call);
}
