using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>Copies the input rows of a block with their border into a strip, in the elements that the kernels take.</summary>
internal static unsafe class IntStrip
{
    /// <summary>Fills a strip for the output rows from <paramref name="firstRow"/> on.</summary>
    public static void Fill(IntShape shape, sbyte* image, int firstRow, int rows, int zeroPoint, byte* strip)
    {
        var window = shape.Window;
        var lines = (rows - 1) * window.StrideY + window.KernelHeight;
        var left = Math.Min(window.PadLeft, shape.StripPixels);
        var inside = Math.Min(window.Width, shape.StripPixels - left);
        var (before, copied) = (left * shape.Channels, inside * shape.Channels);
        var after = (shape.StripPixels - left - inside) * shape.Channels;
        for (var line = 0; line < lines; line++, strip += shape.LineBytes)
        {
            var y = firstRow * window.StrideY - window.PadTop + line;
            if (y < 0 || y >= window.Height)
            {
                Border(shape, strip, 0, before + copied + after, zeroPoint);
                continue;
            }
            Border(shape, strip, 0, before, zeroPoint);
            var row = image + (long)y * window.Width * shape.Channels;
            if (shape.ElementBytes == 1)
                ToUnsigned(row, strip + before, copied);
            else
                ToWords(row, (short*)strip + before, copied, zeroPoint);
            Border(shape, strip, before + copied, after, zeroPoint);
        }
    }

    /// <summary>What lies outside the image counts nothing: it is the zero point.</summary>
    private static void Border(IntShape shape, byte* line, int start, int count, int zeroPoint)
    {
        if (shape.ElementBytes == 1)
            new Span<byte>(line + start, count).Fill((byte)(zeroPoint + 128));
        else
            new Span<short>((short*)line + start, count).Clear();
    }

    /// <summary>target = source + 128.</summary>
    private static void ToUnsigned(sbyte* source, byte* target, int count)
    {
        var sign = Vector256.Create((byte)0x80);
        var i = 0;
        for (; i <= count - 32; i += 32)
            (Vector256.Load((byte*)source + i) ^ sign).Store(target + i);
        for (; i <= count - 8; i += 8)
            *(ulong*)(target + i) = *(ulong*)(source + i) ^ 0x8080808080808080;
        for (; i < count; i++)
            target[i] = (byte)(source[i] + 128);
    }

    /// <summary>target = source - zero point, widened.</summary>
    private static void ToWords(sbyte* source, short* target, int count, int zeroPoint)
    {
        var offset = Vector256.Create((short)zeroPoint);
        var i = 0;
        for (; i <= count - 16; i += 16)
            (Vector256.WidenLower(Vector128.Load(source + i).ToVector256Unsafe()) - offset).Store(target + i);
        for (; i < count; i++)
            target[i] = (short)(source[i] - zeroPoint);
    }
}
