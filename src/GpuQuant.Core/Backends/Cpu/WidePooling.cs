namespace GpuQuant.Backends.Cpu;

/// <summary>Pooling of int16 images, a number at a time.</summary>
internal sealed unsafe class WidePooling(IntPool2DCall call)
{
    private readonly short* _input = CpuMemory.Address<short>(call.Input), _output = CpuMemory.Address<short>(call.Output);
    private readonly Window2D _window = call.Window;
    private readonly int _channels = call.Input.Shape[3];
    private readonly bool _isMax = call.Kind == PoolKind.Max;

    /// <summary>Does the output rows of a range, counted over all images.</summary>
    public static void Run(WidePooling pooling, int first, int end)
    {
        for (var row = first; row < end; row++)
            for (var x = 0; x < pooling._window.OutWidth; x++)
                for (var c = 0; c < pooling._channels; c++)
                    pooling._output[((long)row * pooling._window.OutWidth + x) * pooling._channels + c] = pooling.Cell(row, x, c);
    }

    private short Cell(int row, int x, int channel)
    {
        var (image, y) = Math.DivRem(row, _window.OutHeight);
        var (top, left) = (y * _window.StrideY - _window.PadTop, x * _window.StrideX - _window.PadLeft);
        var (firstRow, endRow) = (Math.Max(0, top), Math.Min(_window.Height, top + _window.KernelHeight));
        var (firstColumn, endColumn) = (Math.Max(0, left), Math.Min(_window.Width, left + _window.KernelWidth));
        var (greatest, sum) = (short.MinValue, 0);
        for (var iy = firstRow; iy < endRow; iy++)
            for (var ix = firstColumn; ix < endColumn; ix++)
            {
                var value = _input[(((long)image * _window.Height + iy) * _window.Width + ix) * _channels + channel];
                (greatest, sum) = (Math.Max(greatest, value), sum + value);
            }
        var cells = (endRow - firstRow) * (endColumn - firstColumn);
        return _isMax ? greatest : (short)((sum > 0 ? sum + cells / 2 : sum - cells / 2) / cells);
    }
}
