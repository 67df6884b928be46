using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// The gradients of a kernel and a bias: kernel[out, k] = sum over pixels of image[pixel + k] * outputGradient[pixel, out], bias[out] = sum
/// over pixels of outputGradient[pixel, out]. The bands of the images are cut into slices by sizes alone; each slice is summed in order,
/// then the slices, so the result does not depend on the threads.
/// </summary>
/// <param name="pool">The threads.</param>
/// <param name="strips">How the input images are laid out, for pixels or for pairs of them.</param>
/// <param name="source">The input images.</param>
/// <param name="outputGradient">Pixels x columns.</param>
/// <param name="target">Where the sums go.</param>
/// <param name="workspace">As many floats as <see cref="WorkspaceFloats"/> says.</param>
internal sealed unsafe class KernelGradient<TTile>(
    WorkerPool pool, ImageStrips strips, float* source, float* outputGradient, KernelGradientTarget target, float* workspace)
    where TTile : struct, ITile
{
    private const int MaxSlices = 16, MaxPartialFloats = 1 << 21, PartialFloatsInCache = 1 << 17, AddRows = 16;
    private readonly int _slices = Slices(strips, target.Columns);
    private readonly int _panels = (target.Columns + TTile.Columns - 1) / TTile.Columns;
    private PoolJob? _multiply, _add;

    // The images come from far, so all columns should use a band while it is there; unless the sums themselves are too large for the
    // cache, or there are too few slices to share out. Every sum is made within one part, whatever the parts.
    private int Groups => PartialFloats <= PartialFloatsInCache && _slices >= 2 * pool.Workers ? 1 : _panels;

    private int PartialFloats => PartialSize(strips, target.Columns);

    private int ThreadFloats => strips.ScratchFloats + PanelFloats(strips);

    /// <summary>A partial gradient of kernel and bias per slice; a strip and a panel of output gradients for each thread.</summary>
    public static long WorkspaceFloats(in ImageStrips strips, int columns, int workers) =>
        (long)Slices(strips, columns) * PartialSize(strips, columns) + (long)workers * (strips.ScratchFloats + PanelFloats(strips));

    /// <summary>Computes the gradients.</summary>
    public void Run()
    {
        _multiply ??= Multiply;
        _add ??= Add;
        pool.Run(_slices * Groups, _multiply);
        pool.Run((target.WindowLength + AddRows - 1) / AddRows, _add);
    }

    /// <summary>Window elements x columns, and a last row for the bias.</summary>
    private static int PartialSize(in ImageStrips strips, int columns) => (strips.WindowLength + 1) * columns;

    private static int PanelFloats(in ImageStrips strips) => strips.BandRows * strips.OutWidth * TTile.Columns;

    private static int Slices(in ImageStrips strips, int columns) =>
        Math.Clamp(Math.Min(strips.AllBands, MaxPartialFloats / PartialSize(strips, columns)), 1, MaxSlices);

    private void Multiply(int part, int worker)
    {
        var groups = Groups;
        var (slice, group) = Math.DivRem(part, groups);
        var (begin, end) = (strips.AllBands * slice / _slices, strips.AllBands * (slice + 1) / _slices);
        var partial = workspace + (long)slice * PartialFloats;
        var scratch = workspace + (long)_slices * PartialFloats + (long)worker * ThreadFloats;
        for (var band = begin; band < end; band++)
        {
            var left = strips.Load(source, band, scratch);
            var (firstPanel, endPanel) = (_panels * group / groups, _panels * (group + 1) / groups);
            for (var panel = firstPanel; panel < endPanel; panel++)
            {
                var right = LoadPanel(band, panel * TTile.Columns, scratch + strips.ScratchFloats);
                var next = Fetch(band + 1, panel - firstPanel, endPanel - firstPanel);
                MultiplyBand(band, left, right, partial, panel * TTile.Columns, band > begin, next);
            }
        }
    }

    /// <summary>
    /// A panel's share of what the next band reads: with several panels the first ones bring its images nearer, the others its gradients.
    /// </summary>
    private FetchAhead Fetch(int band, int panel, int panels)
    {
        var tiles = strips.Runs * ((strips.RunLength + TTile.Rows - 1) / TTile.Rows);
        if (band >= strips.AllBands)
            return default;
        var steps = strips.BandRows * strips.OutWidth;
        var ofImages = (panels + 1) / 2;
        var (address, bytes) = panel < ofImages
            ? strips.SourceOf(source, band)
            : ((nint)(outputGradient + (long)strips.FirstPixel(band) * target.Columns),
                sizeof(float) * (long)strips.Band(band).Rows * strips.OutWidth * target.Columns);
        var (index, count) = panel < ofImages ? (panel, ofImages) : (panel - ofImages, panels - ofImages);
        var (from, to) = (bytes * index / count, bytes * (index + 1) / count);
        return new(address + (nint)from, to - from, tiles, steps);
    }

    /// <summary>A band's output gradients, the panel's columns alone: narrow rows far apart would compete for the cache.</summary>
    private float* LoadPanel(int band, int column, float* panel)
    {
        var first = outputGradient + (long)strips.FirstPixel(band) * target.Columns + column;
        if (target.Columns == TTile.Columns)
            return first;
        var (pixels, count) = (strips.Band(band).Rows * strips.OutWidth, Math.Min(TTile.Columns, target.Columns - column));
        for (var p = 0; p < pixels; p++)
            for (var j = 0; j < count; j += 16)
                Vector512.Load(first + (long)p * target.Columns + j).Store(panel + p * TTile.Columns + j);
        return panel;
    }

    [SkipLocalsInit]
    private void MultiplyBand(int band, float* left, float* right, float* partial, int column, bool accumulate,
        FetchAhead next)
    {
        var memory = stackalloc float[TTile.Rows * TTile.Columns + TileWalk.Alignment];
        var tile = TileWalk.Aligned(memory);
        var (rows, columns) = (strips.Band(band).Rows, Math.Min(TTile.Columns, target.Columns - column));
        var (segments, length) = strips.IsFlat ? (1, rows * strips.OutWidth) : (rows, strips.OutWidth);
        var walk = TileWalk.OfFloats(
            1, strips.PixelStride, strips.RowStride - (long)length * strips.PixelStride, segments, length, TTile.Columns);
        var tiles = 0;
        for (var run = 0; run < strips.Runs; run++)
            for (var k = 0; k < strips.RunLength; k += TTile.Rows)
            {
                TTile.Multiply(left + (long)run * strips.RunStride + k, right, next.Of(walk, tiles++), tile);
                TileEpilogue.None.Store(tile, TTile.Columns, partial, ((long)run * strips.RunLength + k) * target.Columns + column,
                    target.Columns, Math.Min(TTile.Rows, strips.RunLength - k), columns, column, accumulate);
            }
        var sums = partial + (long)strips.WindowLength * target.Columns + column;
        if (!accumulate)
            new Span<float>(sums, columns).Clear();
        AddRowsOf(right, segments * length, sums, columns);
    }

    /// <summary>Adds the pixels' gradients in four interleaved sums, which hide the additions' latency.</summary>
    private static void AddRowsOf(float* gradients, int pixels, float* sums, int columns)
    {
        for (var j = 0; j < columns; j += 16)
        {
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
            var p = 0;
            var row = gradients + j;
            for (; p + 4 <= pixels; p += 4, row += 4 * TTile.Columns)
            {
                s0 += Vector512.Load(row);
                s1 += Vector512.Load(row + TTile.Columns);
                s2 += Vector512.Load(row + 2 * TTile.Columns);
                s3 += Vector512.Load(row + 3 * TTile.Columns);
            }
            for (; p < pixels; p++, row += TTile.Columns)
                s0 += Vector512.Load(row);
            var sum = (s0 + s1) + (s2 + s3);
            for (var i = 0; i < Math.Min(16, columns - j); i++)
                sums[j + i] += sum[i];
        }
    }

    private void Add(int group, int worker)
    {
        var partials = new PartialSums(workspace, PartialFloats, _slices);
        for (var k = group * AddRows; k < Math.Min(target.WindowLength, (group + 1) * AddRows); k++)
            target.StoreKernel(k, strips, partials);
        if (group == 0)
            target.StoreBias(strips.WindowLength, partials);
    }
}

/// <summary>The slices' partial sums, added in order.</summary>
internal readonly unsafe struct PartialSums(float* partials, int stride, int count)
{
    public float Total(int element)
    {
        var sum = partials[element];
        for (var i = 1; i < count; i++)
            sum += partials[(long)i * stride + element];
        return sum;
    }
}
