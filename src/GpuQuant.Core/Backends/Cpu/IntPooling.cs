using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>Pooling of int8 images, 16 channels at a time; loads may reach beyond a pixel's channels, stores do not.</summary>
internal sealed unsafe class IntPooling(IntPool2DCall call)
{
    private const int Lanes = 16;
    private readonly sbyte* _input = CpuMemory.Address<sbyte>(call.Input), _output = CpuMemory.Address<sbyte>(call.Output);
    private readonly Window2D _window = call.Window;
    private readonly int _channels = call.Input.Shape[3];
    private readonly bool _isMax = call.Kind == PoolKind.Max;

    /// <summary>Does the output rows of a range, counted over all images.</summary>
    public static void Run(IntPooling pooling, int first, int end)
    {
        for (var row = first; row < end; row++)
            pooling.Row(row);
    }

    private void Row(int row)
    {
        var (image, y) = Math.DivRem(row, _window.OutHeight);
        var top = y * _window.StrideY - _window.PadTop;
        var (firstRow, rows) = Inside(top, _window.KernelHeight, _window.Height);
        var line = _input + ((long)image * _window.Height + firstRow) * _window.Width * _channels;
        var output = _output + (long)row * _window.OutWidth * _channels;
        for (var x = 0; x < _window.OutWidth; x++, output += _channels)
        {
            var (firstColumn, columns) = Inside(x * _window.StrideX - _window.PadLeft, _window.KernelWidth, _window.Width);
            var cell = line + (long)firstColumn * _channels;
            for (var c = 0; c < _channels; c += Lanes)
                if (_isMax)
                    PartialStore.Bytes(Maximum(cell + c, rows, columns).AsByte(), (byte*)output + c, _channels - c);
                else
                    Mean(cell + c, rows, columns, output + c, Math.Min(Lanes, _channels - c));
        }
    }

    private Vector128<sbyte> Maximum(sbyte* cell, int rows, int columns)
    {
        var (greatest, line) = (Vector128.Create(sbyte.MinValue), (long)_window.Width * _channels);
        for (var r = 0; r < rows; r++)
            for (var c = 0; c < columns; c++)
                greatest = Vector128.Max(greatest, Vector128.Load(cell + r * line + (long)c * _channels));
        return greatest;
    }

    private void Mean(sbyte* cell, int rows, int columns, sbyte* output, int count)
    {
        var (low, high, line) = (Vector256<int>.Zero, Vector256<int>.Zero, (long)_window.Width * _channels);
        for (var r = 0; r < rows; r++)
            for (var c = 0; c < columns; c++)
            {
                var words = Vector256.WidenLower(Vector128.Load(cell + r * line + (long)c * _channels).ToVector256Unsafe());
                low += Vector256.WidenLower(words);
                high += Vector256.WidenUpper(words);
            }
        var sums = stackalloc int[Lanes];
        low.Store(sums);
        high.Store(sums + 8);
        var cells = rows * columns;
        for (var c = 0; c < count; c++)
            output[c] = (sbyte)((sums[c] > 0 ? sums[c] + cells / 2 : sums[c] - cells / 2) / cells);
    }

    /// <summary>The first position of a window inside the image, and how many there are.</summary>
    private static (int First, int Count) Inside(int start, int size, int limit) =>
        (Math.Max(0, start), Math.Min(limit, start + size) - Math.Max(0, start));
}
