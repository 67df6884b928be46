using System.Runtime.CompilerServices;
using GpuQuant.Backends;

namespace GpuQuant.Kernels;

/// <summary>
/// The matrix that the gradient of a convolution's input multiplies: a row per input pixel, in it, for every pixel of the window, the
/// gradient of the output pixel that saw the input pixel there, channel by channel. Where there is none it is 0.
/// </summary>
internal readonly struct GradientMap : IPatchMap
{
    private readonly Window2D _window;
    private readonly Divisor _height, _width, _outputs, _kernelWidth, _strideY, _strideX;

    /// <summary>For so many images and output channels.</summary>
    public GradientMap(Window2D window, int images, int outputs)
    {
        _window = window;
        (_height, _width) = (new(window.Height), new(window.Width));
        (_outputs, _kernelWidth) = (new(outputs), new(window.KernelWidth));
        (_strideY, _strideX) = (new(window.StrideY), new(window.StrideX));
        Pixels = images * window.Height * window.Width;
        Taps = window.KernelArea * outputs;
    }

    /// <summary>Rows: input pixels.</summary>
    public int Pixels { get; }

    /// <summary>Columns: pixels of the window times output channels.</summary>
    public int Taps { get; }

    /// <summary>Where an input pixel stands among the positions that the windows' first pixels take.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PatchCorner Corner(int pixel)
    {
        var row = _width.Divide(pixel);
        var image = _height.Divide(row);
        var (y, x) = (row - image * _window.Height, pixel - row * _window.Width);
        return new(pixel < Pixels ? image : -1, y + _window.PadTop, x + _window.PadLeft);
    }

    /// <summary>The place of an element in the output's gradient; negative where no output saw the pixel, and outside of the matrix.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int At(PatchCorner corner, int tap)
    {
        var cell = _outputs.Divide(tap);
        var down = _kernelWidth.Divide(cell);
        var (top, left) = (corner.Y - down, corner.X - cell + down * _window.KernelWidth);
        if (corner.Image < 0 || tap >= Taps || top < 0 || left < 0)
            return -1;
        var (y, x) = (_strideY.Divide(top), _strideX.Divide(left));
        var isSeen = y * _window.StrideY == top && x * _window.StrideX == left && y < _window.OutHeight && x < _window.OutWidth;
        return isSeen ? ((corner.Image * _window.OutHeight + y) * _window.OutWidth + x - cell) * _outputs.Value + tap : -1;
    }
}
