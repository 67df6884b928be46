using System.Runtime.CompilerServices;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// output[pixel, o] = activation(sum over the window of image * kernel + bias): a matrix product whose left side is read from the
/// bordered images. Also the way back to the input: output gradients convolved with the turned kernel. Each output is summed in the
/// order (ky, kx, c), whatever the number of threads and images.
/// </summary>
/// <param name="pool">The threads.</param>
/// <param name="images">How the images are laid out.</param>
/// <param name="source">The images.</param>
/// <param name="window">The kernel's size, the distance between windows, the output's size.</param>
/// <param name="kernel">The kernel's columns.</param>
/// <param name="output">Pixels x outputs.</param>
/// <param name="outputs">Output channels.</param>
/// <param name="bias">Outputs values, or null.</param>
/// <param name="activation">Applied at the end.</param>
/// <param name="workspace">As many bytes as <see cref="WorkspaceBytes"/> says.</param>
internal sealed unsafe class Convolution<TKernel>(
    WorkerPool pool, BorderedImages images, float* source, Window2D window, TKernel kernel, float* output, int outputs, float* bias,
    Activation activation, float* workspace)
    where TKernel : struct, IPanelSource
{
    private const int BlockPixels = 256;
    private readonly int[] _offsets = images.WindowOffsets(window.KernelHeight, window.KernelWidth);
    private readonly int _columns = GemmTile.Columns(outputs), _pixels = images.Count * window.OutHeight * window.OutWidth;
    private readonly float* _images = images.NeedsCopy ? workspace : source;
    private readonly float* _kernel = workspace + images.Floats;
    private PoolJob? _copy, _pack, _multiply;

    /// <summary>The bordered images and the packed kernel.</summary>
    public static long WorkspaceBytes(in BorderedImages images, in Window2D window, int outputs)
    {
        var columns = GemmTile.Columns(outputs);
        return sizeof(float) * (images.Floats + (long)(outputs + columns - 1) / columns * columns * window.KernelArea * images.Channels);
    }

    /// <summary>Computes the output.</summary>
    public void Run()
    {
        _copy ??= (image, _) => images.Copy(source, _images, image);
        _pack ??= (panel, _) => kernel.Pack(_kernel + (long)panel * _columns * _offsets.Length, _columns, panel * _columns,
            Math.Min(_columns, outputs - panel * _columns), 0, _offsets.Length);
        _multiply ??= Multiply;
        if (images.NeedsCopy)
            pool.Run(images.Count, _copy);
        pool.Run((outputs + _columns - 1) / _columns, _pack);
        pool.Run((_pixels + BlockPixels - 1) / BlockPixels, _multiply);
    }

    [SkipLocalsInit]
    private void Multiply(int block, int worker)
    {
        var tile = stackalloc float[GemmTile.Rows * 32];
        var rows = stackalloc float*[GemmTile.Rows];
        var (first, end) = (block * BlockPixels, Math.Min(_pixels, (block + 1) * BlockPixels));
        var cursor = new PixelCursor(images, window, first);
        for (var pixel = first; pixel < end; pixel += GemmTile.Rows)
        {
            var count = Math.Min(GemmTile.Rows, end - pixel);
            // A last tile with fewer pixels repeats one; its rows are not stored.
            for (var i = 0; i < GemmTile.Rows; i++)
                rows[i] = i < count ? _images + cursor.Next() : rows[0];
            for (var column = 0; column < outputs; column += _columns)
            {
                GatherTile.Multiply(_offsets.Length, (int*)Unsafe.AsPointer(ref _offsets[0]), rows,
                    _kernel + (long)column * _offsets.Length,
                    _columns, tile, _columns);
                GemmTile.Store(tile, _columns, output + (long)pixel * outputs + column, outputs, count,
                    Math.Min(_columns, outputs - column),
                    true, bias == null ? null : bias + column, activation);
            }
        }
    }
}
