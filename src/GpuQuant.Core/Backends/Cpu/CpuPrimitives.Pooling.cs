namespace GpuQuant.Backends.Cpu;

internal sealed unsafe partial class CpuPrimitives
{
    // About as many input values make a part of the work.
    private const int PoolChunk = 8192;

    public Action Prepare(Pool2DForwardCall call) =>
        call.Kind == PoolKind.Max ? PoolRows<MaxRule>(call) : PoolRows<AverageRule>(call);

    public Action Prepare(Pool2DBackwardCall call)
    {
        var x = At<float>(call.Input);
        var y = At<float>(call.Output);
        var dy = At<float>(call.OutputGradient);
        var dx = At<float>(call.InputGradient);
        var (images, channels) = (call.Input.Shape[0], call.Input.Shape[3]);
        var backward = new PoolBackward(x, y, dy, dx, call.Window, channels, call.Activation);
        PoolJob job = call.Kind == PoolKind.Max ? (image, _) => backward.MaxImage(image) : (image, _) => backward.AverageImage(image);
        if (IsTiledMax(call))
        {
            var tiled = new TiledMaxBackward(x, y, dy, dx, call.Window, channels, images, call.Activation, Scratch<float>(call));
            job = tiled.Image;
        }
        return () => pool.Run(images, job);
    }

    private long PoolBytes(Pool2DForwardCall call) =>
        sizeof(float) * (long)pool.Workers * PoolForward<MaxRule>.RowLength(call.Window, call.Input.Shape[3]);

    private long PoolBytes(Pool2DBackwardCall call) =>
        IsTiledMax(call) ? sizeof(float) * pool.Workers * TiledMaxBackward.ScratchLength(call.Window, call.Input.Shape[3]) : 0;

    private static bool IsTiledMax(Pool2DBackwardCall call) =>
        call.Kind == PoolKind.Max && TiledMaxBackward.Fits(call.Window, call.Input.Shape[3]);

    private Action PoolRows<TRule>(Pool2DForwardCall call) where TRule : struct, IPoolRule
    {
        var (window, channels) = (call.Window, call.Input.Shape[3]);
        var forward = new PoolForward<TRule>(At<float>(call.Input), At<float>(call.Output), window, channels, Scratch<float>(call));
        var rows = call.Input.Shape[0] * window.OutHeight;
        var rowsPerPart = Math.Max(1, PoolChunk / (window.Width * channels * window.StrideY));
        PoolJob job = (part, worker) =>
        {
            for (var row = part * rowsPerPart; row < Math.Min(rows, (part + 1) * rowsPerPart); row++)
                forward.Row(row, worker);
        };
        var parts = (rows + rowsPerPart - 1) / rowsPerPart;
        return () => pool.Run(parts, job);
    }
}
