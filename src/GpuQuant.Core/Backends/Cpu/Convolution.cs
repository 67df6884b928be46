using System.Runtime.CompilerServices;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// output[pixel, o] = epilogue(sum over the window of image * kernel): a matrix product whose left side is read from strips of the
/// images. Also the way back to the input: output gradients convolved with the turned kernel. Each output is summed in the order
/// (ky, kx, c), whatever the number of threads and images.
/// </summary>
/// <param name="pool">The threads.</param>
/// <param name="strips">How the input is laid out.</param>
/// <param name="source">The images.</param>
/// <param name="kernel">The kernel's columns.</param>
/// <param name="output">What happens to the sums.</param>
/// <param name="packed">Room for the packed kernel, <see cref="PackedFloats"/>.</param>
/// <param name="workspace">As many floats as <see cref="WorkspaceFloats"/> says.</param>
internal sealed unsafe class Convolution<TTile, TKernel>(
    WorkerPool pool, ImageStrips strips, float* source, TKernel kernel, ConvolutionOutput output, float* packed, float* workspace)
    where TTile : struct, ITile
    where TKernel : struct, IPanelSource
{
    private PoolJob? _pack, _multiply;

    private float* Shift => workspace + output.MomentsFloats(strips.AllBands);

    private float* Scale => Shift + PaddedColumns(output);

    private float* Scratch => Scale + PaddedColumns(output);

    private TileWalk Walk => TileWalk.OfFloats(
        strips.PixelStride, 1, strips.RunStride - strips.RunLength, strips.Runs, strips.RunLength, TTile.Columns);

    /// <summary>Whole panels of the kernel.</summary>
    public static long PackedFloats(in ImageStrips strips, in ConvolutionOutput output) => PaddedColumns(output) * strips.WindowLength;

    /// <summary>The bands' moments, a row of shifts and one of scales, and a strip for each thread.</summary>
    public static long WorkspaceFloats(in ImageStrips strips, in ConvolutionOutput output, int workers) =>
        output.MomentsFloats(strips.AllBands) + 2 * PaddedColumns(output) + (long)workers * strips.ScratchFloats;

    /// <summary>Packs the kernel.</summary>
    public void Pack()
    {
        _pack ??= Pack;
        pool.Run(Panels(output.Columns), _pack);
    }

    /// <summary>Computes the output with the packed kernel.</summary>
    public void Multiply()
    {
        _multiply ??= Multiply;
        output.PackAffine(Scale, Shift, (int)PaddedColumns(output));
        pool.Run(strips.AllBands, _multiply);
        output.MergeMoments(workspace, strips.AllBands);
    }

    private static long PaddedColumns(in ConvolutionOutput output) => Panels(output.Columns) * (long)TTile.Columns;

    private static int Panels(int columns) => (columns + TTile.Columns - 1) / TTile.Columns;

    private void Pack(int panel, int worker)
    {
        var first = panel * TTile.Columns;
        var count = Math.Min(TTile.Columns, output.Columns - first);
        var target = packed + (long)first * strips.WindowLength;
        if (count < TTile.Columns)
            new Span<float>(target, TTile.Columns * strips.WindowLength).Clear();
        kernel.Pack(target, TTile.Columns, first, count, 0, strips.WindowLength);
    }

    private FetchAhead Fetch(int band, int tiles)
    {
        var (address, bytes) = band < strips.AllBands ? strips.SourceOf(source, band) : default;
        return new(address, bytes, tiles, strips.WindowLength);
    }

    [SkipLocalsInit]
    private void Multiply(int band, int worker)
    {
        var memory = stackalloc float[TTile.Rows * TTile.Columns + TileWalk.Alignment];
        var tile = TileWalk.Aligned(memory);
        var left = strips.Load(source, band, Scratch + (long)worker * strips.ScratchFloats);
        var (image, firstRow, rows) = strips.Band(band);
        var (segments, length) = strips.IsFlat && output.IsDense ? (1, rows * strips.OutWidth) : (rows, strips.OutWidth);
        var (epilogue, walk, tiles) = (output.Epilogue(Scale, Shift), Walk, 0);
        var next = Fetch(band + 1, Panels(output.Columns) * segments * ((length + TTile.Rows - 1) / TTile.Rows));
        var target = output.Grid.Offset + image * output.Grid.ImageStride + firstRow * output.Grid.RowStride;
        for (var column = 0; column < output.Columns; column += TTile.Columns)
            for (var segment = 0; segment < segments; segment++)
                for (var p = 0; p < length; p += TTile.Rows)
                {
                    // A last tile with fewer pixels begins earlier and computes some of them again, if there are as many.
                    var first = Math.Max(0, Math.Min(p, length - TTile.Rows));
                    var offset = target + segment * output.Grid.RowStride + first * output.Grid.PixelStride + column;
                    TileEpilogue.Prefetch(output.Target + offset, output.Grid.PixelStride, TTile.Rows, TTile.Columns);
                    TTile.Multiply(left + (long)segment * strips.RowStride + (long)first * strips.PixelStride,
                        packed + (long)column * strips.WindowLength, next.Of(walk, tiles++), tile);
                    epilogue.Store(tile, TTile.Columns, output.Target, offset, output.Grid.PixelStride, Math.Min(TTile.Rows, length),
                        Math.Min(TTile.Columns, output.Columns - column), column, false);
                }
        output.MeasureMoments(workspace, band, target, segments * length);
    }
}
