using System.Runtime.CompilerServices;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// The gradient of a kernel: gradient[out, k] = sum over pixels of image[pixel + k] * outputGradient[pixel, out]. The pixels are cut
/// into slices by their number alone; each slice is summed in order, then the slices, so the result does not depend on the threads.
/// </summary>
/// <param name="pool">The threads.</param>
/// <param name="images">How the input images are laid out.</param>
/// <param name="source">The input images.</param>
/// <param name="window">The forward window.</param>
/// <param name="outputGradient">Pixels x outputs. Reads may pass its end by less than a vector; those lanes are dropped.</param>
/// <param name="outputs">Output channels.</param>
/// <param name="gradient">Outputs x window elements.</param>
/// <param name="workspace">As many bytes as <see cref="WorkspaceBytes"/> says.</param>
internal sealed unsafe class KernelGradient(
    WorkerPool pool, BorderedImages images, float* source, Window2D window, float* outputGradient, int outputs, float* gradient,
    float* workspace)
{
    private readonly int[] _offsets = images.WindowOffsets(window.KernelHeight, window.KernelWidth);
    private readonly int[] _pixelOffsets = PixelOffsets(images, window);
    private readonly int _columns = GemmTile.Columns(outputs), _slices = Slices(images, window);
    private readonly float* _images = images.NeedsCopy ? workspace : source;
    private readonly float* _partials = workspace + images.Floats;
    private PoolJob? _copy, _multiply, _add;

    private int Groups => (_offsets.Length + GemmTile.Rows - 1) / GemmTile.Rows;

    /// <summary>The bordered images and a partial gradient per slice.</summary>
    public static long WorkspaceBytes(in BorderedImages images, in Window2D window, int outputs) =>
        sizeof(float) * (images.Floats + (long)Slices(images, window) * window.KernelArea * images.Channels * outputs);

    /// <summary>Computes the gradient.</summary>
    public void Run()
    {
        _copy ??= (image, _) => images.Copy(source, _images, image);
        _multiply ??= Multiply;
        _add ??= Add;
        if (images.NeedsCopy)
            pool.Run(images.Count, _copy);
        pool.Run(_slices * Groups, _multiply);
        pool.Run(Groups, _add);
    }

    private static int Slices(in BorderedImages images, in Window2D window) =>
        Math.Clamp(images.Count * window.OutHeight * window.OutWidth / 4096, 1, 16);

    private static int[] PixelOffsets(in BorderedImages images, in Window2D window)
    {
        var offsets = GC.AllocateUninitializedArray<int>(images.Count * window.OutHeight * window.OutWidth, pinned: true);
        var cursor = new PixelCursor(images, window, 0);
        for (var pixel = 0; pixel < offsets.Length; pixel++)
            offsets[pixel] = checked((int)cursor.Next());
        return offsets;
    }

    [SkipLocalsInit]
    private void Multiply(int part, int worker)
    {
        var tile = stackalloc float[GemmTile.Rows * 32];
        var rows = stackalloc float*[GemmTile.Rows];
        var (slice, group) = Math.DivRem(part, Groups);
        var k0 = group * GemmTile.Rows;
        var count = Math.Min(GemmTile.Rows, _offsets.Length - k0);
        for (var i = 0; i < GemmTile.Rows; i++)
            rows[i] = _images + _offsets[k0 + Math.Min(i, count - 1)];
        var begin = (int)((long)_pixelOffsets.Length * slice / _slices);
        var depth = (int)((long)_pixelOffsets.Length * (slice + 1) / _slices) - begin;
        var partial = _partials + ((long)slice * _offsets.Length + k0) * outputs;
        for (var column = 0; column < outputs; column += _columns)
        {
            GatherTile.Multiply(depth, (int*)Unsafe.AsPointer(ref _pixelOffsets[begin]), rows,
                outputGradient + (long)begin * outputs + column, outputs, tile, _columns);
            GemmTile.Store(tile, _columns, partial + column, outputs, count, Math.Min(_columns, outputs - column), true, null,
                Activation.None);
        }
    }

    private void Add(int group, int worker)
    {
        for (var k = group * GemmTile.Rows; k < Math.Min(_offsets.Length, (group + 1) * GemmTile.Rows); k++)
            for (var o = 0; o < outputs; o++)
            {
                var sum = 0f;
                for (var slice = 0; slice < _slices; slice++)
                    sum += _partials[((long)slice * _offsets.Length + k) * outputs + o];
                gradient[(long)o * _offsets.Length + k] = sum;
            }
    }
}
