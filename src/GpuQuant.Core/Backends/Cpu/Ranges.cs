using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>The least and the greatest of many values.</summary>
internal static unsafe class Ranges
{
    private const int Width = 16;

    /// <summary>Widens a range to hold all values; one that is NaN makes it NaN.</summary>
    public static (float Low, float High) Widen(float* values, int count, float low, float high)
    {
        var (least, greatest) = (Vector512.Create(low), Vector512.Create(high));
        var i = 0;
        for (; i + Width <= count; i += Width)
        {
            var value = Vector512.Load(values + i);
            (least, greatest) = (Vector512.Min(least, value), Vector512.Max(greatest, value));
        }
        for (var lane = 0; lane < Width; lane++)
            (low, high) = (MathF.Min(low, least[lane]), MathF.Max(high, greatest[lane]));
        for (; i < count; i++)
            (low, high) = (MathF.Min(low, values[i]), MathF.Max(high, values[i]));
        return (low, high);
    }
}
