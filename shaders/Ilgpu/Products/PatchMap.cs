using System.Runtime.CompilerServices;
using GpuQuant.Backends;

namespace GpuQuant.Kernels;

/// <summary>
/// The matrix that a convolution multiplies: a row per output pixel, in it the pixels of its window and their channels. Padding is 0.
/// </summary>
internal readonly struct PatchMap : IPatchMap
{
    private readonly Window2D _window;
    private readonly Divisor _outHeight, _outWidth, _channels, _kernelWidth;

    /// <summary>For so many images and input channels.</summary>
    public PatchMap(Window2D window, int images, int channels)
    {
        _window = window;
        (_outHeight, _outWidth) = (new(window.OutHeight), new(window.OutWidth));
        (_channels, _kernelWidth) = (new(channels), new(window.KernelWidth));
        Pixels = images * window.OutHeight * window.OutWidth;
        Taps = window.KernelArea * channels;
    }

    /// <summary>Rows: output pixels.</summary>
    public int Pixels { get; }

    /// <summary>Columns: pixels of the window times channels.</summary>
    public int Taps { get; }

    /// <summary>Where the window of an output pixel begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PatchCorner Corner(int pixel)
    {
        var row = _outWidth.Divide(pixel);
        var image = _outHeight.Divide(row);
        var (y, x) = (row - image * _window.OutHeight, pixel - row * _window.OutWidth);
        return new(pixel < Pixels ? image : -1, y * _window.StrideY - _window.PadTop, x * _window.StrideX - _window.PadLeft);
    }

    /// <summary>The place of an element in the images; negative outside of them and of the matrix.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int At(PatchCorner corner, int tap)
    {
        var cell = _channels.Divide(tap);
        var down = _kernelWidth.Divide(cell);
        var (y, x) = (corner.Y + down, corner.X + cell - down * _window.KernelWidth);
        var isInside = corner.Image >= 0 && tap < Taps && y >= 0 && y < _window.Height && x >= 0 && x < _window.Width;
        return isInside ? ((corner.Image * _window.Height + y) * _window.Width + x - cell) * _channels.Value + tap : -1;
    }
}
