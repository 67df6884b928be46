using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// The gradients of a kernel and a bias: kernel[out, k] = sum over pixels of image[pixel + k] * outputGradient[pixel, out], bias[out] = sum
/// over pixels of outputGradient[pixel, out]. The images are cut into slices by sizes alone; each slice is summed in order, then the
/// slices, so the result does not depend on the threads.
/// </summary>
/// <param name="pool">The threads.</param>
/// <param name="strips">How the input images are laid out.</param>
/// <param name="source">The input images.</param>
/// <param name="outputGradient">Pixels x outputs. Reads may pass its end by less than a vector; those lanes are dropped.</param>
/// <param name="outputs">Output channels.</param>
/// <param name="gradient">Outputs x window elements.</param>
/// <param name="biasGradient">Outputs values, or null.</param>
/// <param name="workspace">As many floats as <see cref="WorkspaceFloats"/> says.</param>
internal sealed unsafe class KernelGradient<TTile>(
    WorkerPool pool, ImageStrips strips, float* source, float* outputGradient, int outputs, float* gradient, float* biasGradient,
    float* workspace)
    where TTile : struct, ITile
{
    private const int MaxSlices = 16, MaxPartialFloats = 1 << 21, AddRows = 16;
    private readonly int _slices = Slices(strips, outputs), _panels = (outputs + TTile.Columns - 1) / TTile.Columns;
    private PoolJob? _multiply, _add;

    private int PartialFloats => PartialSize(strips, outputs);

    /// <summary>A partial gradient of kernel and bias per slice, and a strip for each thread.</summary>
    public static long WorkspaceFloats(in ImageStrips strips, int outputs, int workers) =>
        (long)Slices(strips, outputs) * PartialSize(strips, outputs) + (long)workers * strips.ScratchFloats;

    /// <summary>Computes the gradients.</summary>
    public void Run()
    {
        _multiply ??= Multiply;
        _add ??= Add;
        pool.Run(_slices * _panels, _multiply);
        pool.Run((strips.WindowLength + AddRows - 1) / AddRows, _add);
    }

    /// <summary>Window elements x outputs, and a last row for the bias.</summary>
    private static int PartialSize(in ImageStrips strips, int outputs) => (strips.WindowLength + 1) * outputs;

    private static int Slices(in ImageStrips strips, int outputs) =>
        Math.Clamp(Math.Min(strips.AllBands, MaxPartialFloats / PartialSize(strips, outputs)), 1, MaxSlices);

    private void Multiply(int part, int worker)
    {
        var (slice, panel) = Math.DivRem(part, _panels);
        var (begin, end) = (strips.AllBands * slice / _slices, strips.AllBands * (slice + 1) / _slices);
        var partial = workspace + (long)slice * PartialFloats;
        var scratch = workspace + (long)_slices * PartialFloats + (long)worker * strips.ScratchFloats;
        var column = panel * TTile.Columns;
        var columns = Math.Min(TTile.Columns, outputs - column);
        if (biasGradient != null)
            new Span<float>(partial + (long)strips.WindowLength * outputs + column, columns).Clear();
        for (var band = begin; band < end; band++)
        {
            MultiplyBand(band, strips.Load(source, band, scratch), partial, column, columns, band > begin);
            if (biasGradient != null)
                AddBias(outputGradient + (long)strips.FirstPixel(band) * outputs + column, strips.Band(band).Rows * strips.OutWidth,
                    partial + (long)strips.WindowLength * outputs + column, columns);
        }
    }

    [SkipLocalsInit]
    private void MultiplyBand(int band, float* left, float* partial, int column, int columns, bool accumulate)
    {
        var tile = stackalloc float[TTile.Rows * TTile.Columns];
        var (_, _, rows) = strips.Band(band);
        var (segments, length) = strips.IsFlat ? (1, rows * strips.OutWidth) : (rows, strips.OutWidth);
        var walk = TileWalk.OfFloats(1, strips.PixelStride, strips.RowStride - (long)length * strips.PixelStride, segments, length, outputs);
        var right = outputGradient + (long)strips.FirstPixel(band) * outputs + column;
        for (var run = 0; run < strips.Runs; run++)
            for (var k = 0; k < strips.RunLength; k += TTile.Rows)
            {
                TTile.Multiply(left + (long)run * strips.RunStride + k, right, walk, tile);
                TileEpilogue.None.Store(tile, TTile.Columns, partial, ((long)run * strips.RunLength + k) * outputs + column, outputs,
                    Math.Min(TTile.Rows, strips.RunLength - k), columns, column, accumulate);
            }
    }

    /// <summary>Adds the pixels' gradients in four interleaved sums, which hide the additions' latency.</summary>
    private void AddBias(float* gradients, int pixels, float* sums, int columns)
    {
        for (var j = 0; j < columns; j += 16)
        {
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
            var p = 0;
            for (var row = gradients + j; p + 4 <= pixels; p += 4, row += 4L * outputs)
            {
                s0 += Vector512.Load(row);
                s1 += Vector512.Load(row + outputs);
                s2 += Vector512.Load(row + 2L * outputs);
                s3 += Vector512.Load(row + 3L * outputs);
            }
            for (; p < pixels; p++)
                s0 += Vector512.Load(gradients + j + (long)p * outputs);
            var sum = (s0 + s1) + (s2 + s3);
            for (var i = 0; i < Math.Min(16, columns - j); i++)
                sums[j + i] += sum[i];
        }
    }

    private void Add(int group, int worker)
    {
        for (var k = group * AddRows; k < Math.Min(strips.WindowLength, (group + 1) * AddRows); k++)
            for (var o = 0; o < outputs; o++)
                gradient[(long)o * strips.WindowLength + k] = Total(k * outputs + o);
        for (var o = 0; group == 0 && biasGradient != null && o < outputs; o++)
            biasGradient[o] = Total(strips.WindowLength * outputs + o);
    }

    private float Total(int element)
    {
        var sum = workspace[element];
        for (var slice = 1; slice < _slices; slice++)
            sum += workspace[(long)slice * PartialFloats + element];
        return sum;
    }
}
