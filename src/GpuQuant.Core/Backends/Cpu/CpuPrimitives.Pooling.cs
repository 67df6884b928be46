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

    public Action Prepare(IntPool2DCall call)
    {
        var x = At<sbyte>(call.Input);
        var y = At<sbyte>(call.Output);
        var (channels, window) = (call.Input.Shape[3], call.Window);
        var isMax = call.Kind == PoolKind.Max;
        return ElementWise.PrepareScalar(pool, call.Output.Count / channels, pixel =>
        {
            var cells = WindowCells.Of(window, pixel);
            for (var c = 0; c < channels; c++)
            {
                var (max, sum) = (-128, 0);
                for (var iy = cells.Top; iy < cells.Bottom; iy++)
                    for (var ix = cells.Left; ix < cells.Right; ix++)
                    {
                        int value = x[Cell(cells, window, channels, iy, ix) + c];
                        (max, sum) = (Math.Max(max, value), sum + value);
                    }
                var mean = sum > 0 ? (sum + cells.Count / 2) / cells.Count : (sum - cells.Count / 2) / cells.Count;
                y[(long)pixel * channels + c] = (sbyte)(isMax ? max : mean);
            }
        }, 64);
    }

    private static long Cell(in WindowCells cells, in Window2D window, int channels, int iy, int ix) =>
        (((long)cells.Image * window.Height + iy) * window.Width + ix) * channels;

    /// <summary>The part of an output pixel's window that lies inside its image.</summary>
    private readonly record struct WindowCells(int Image, int Top, int Bottom, int Left, int Right)
    {
        public int Count => (Bottom - Top) * (Right - Left);

        public static WindowCells Of(in Window2D window, int pixel)
        {
            var (row, ox) = Math.DivRem(pixel, window.OutWidth);
            var (image, oy) = Math.DivRem(row, window.OutHeight);
            var (top, left) = (oy * window.StrideY - window.PadTop, ox * window.StrideX - window.PadLeft);
            return new(image, Math.Max(0, top), Math.Min(window.Height, top + window.KernelHeight),
                Math.Max(0, left), Math.Min(window.Width, left + window.KernelWidth));
        }
    }
}
