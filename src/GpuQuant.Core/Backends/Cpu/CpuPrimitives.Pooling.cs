namespace GpuQuant.Backends.Cpu;

internal sealed unsafe partial class CpuPrimitives
{
    public Action Prepare(Pool2DForwardCall call)
    {
        var x = At<float>(call.Input);
        var y = At<float>(call.Output);
        var (channels, window) = (call.Input.Shape[3], call.Window);
        var isMax = call.Kind == PoolKind.Max;
        return ElementWise.PrepareScalar(pool, call.Output.Count / channels, pixel =>
        {
            var cells = WindowCells.Of(window, pixel);
            var output = y + (long)pixel * channels;
            new Span<float>(output, channels).Fill(isMax ? float.NegativeInfinity : 0);
            for (var iy = cells.Top; iy < cells.Bottom; iy++)
                for (var ix = cells.Left; ix < cells.Right; ix++)
                {
                    var input = x + (((long)cells.Image * window.Height + iy) * window.Width + ix) * channels;
                    for (var c = 0; c < channels; c++)
                        output[c] = isMax ? MathF.Max(output[c], input[c]) : output[c] + input[c];
                }
            if (!isMax)
                for (var c = 0; c < channels; c++)
                    output[c] /= cells.Count;
        }, 64);
    }

    public Action Prepare(Pool2DBackwardCall call)
    {
        var x = At<float>(call.Input);
        var y = At<float>(call.Output);
        var dy = At<float>(call.OutputGradient);
        var dx = At<float>(call.InputGradient);
        var (channels, window, isMax) = (call.Input.Shape[3], call.Window, call.Kind == PoolKind.Max);
        var (imageSize, pixels) = (window.Height * window.Width * channels, window.OutHeight * window.OutWidth);
        return ElementWise.PrepareScalar(pool, call.Input.Shape[0], n =>
        {
            new Span<float>(dx + (long)n * imageSize, imageSize).Clear();
            for (var pixel = n * pixels; pixel < (n + 1) * pixels; pixel++)
            {
                var (cells, first) = (WindowCells.Of(window, pixel), (long)pixel * channels);
                for (var c = 0; c < channels; c++)
                    if (isMax)
                        dx[FirstMaximum(x, y[first + c], cells, window, channels, c)] += dy[first + c];
                    else
                        Spread(dx, dy[first + c] / cells.Count, cells, window, channels, c);
            }
        }, 1);
    }

    private static long FirstMaximum(float* x, float max, in WindowCells cells, in Window2D window, int channels, int c)
    {
        for (var iy = cells.Top; iy < cells.Bottom; iy++)
            for (var ix = cells.Left; ix < cells.Right; ix++)
            {
                var i = Cell(cells, window, channels, iy, ix) + c;
                // A window whose maximum is NaN has no equal; its gradient, NaN itself, goes to the first cell.
                if (x[i] == max || float.IsNaN(max))
                    return i;
            }
        return Cell(cells, window, channels, cells.Top, cells.Left) + c;
    }

    private static void Spread(float* dx, float share, in WindowCells cells, in Window2D window, int channels, int c)
    {
        for (var iy = cells.Top; iy < cells.Bottom; iy++)
            for (var ix = cells.Left; ix < cells.Right; ix++)
                dx[Cell(cells, window, channels, iy, ix) + c] += share;
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
