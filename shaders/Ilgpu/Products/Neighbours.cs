using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Four elements beside each other in memory.</summary>
internal static class Neighbours
{
    /// <summary>The first <paramref name="count"/> of four elements, and 0; in one read where all four lie in one piece of 16 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Row4<float> Load(ArrayView<float> values, int at, int count, int isAligned)
    {
        var row = default(Row4<float>);
        if (count <= 0)
            return row;
        if (isAligned != 0)
            return values.Cast<Row4<float>>()[at >> 2];
        row.X = values[at];
        if (count > 1)
            row.Y = values[at + 1];
        if (count > 2)
            row.Z = values[at + 2];
        if (count > 3)
            row.W = values[at + 3];
        return row;
    }

    /// <summary>Writes the first <paramref name="count"/> of four elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ArrayView<float> values, int at, int count, int isAligned, Row4<float> row)
    {
        if (isAligned != 0)
        {
            values.Cast<Row4<float>>()[at >> 2] = row;
            return;
        }
        values[at] = row.X;
        if (count > 1)
            values[at + 1] = row.Y;
        if (count > 2)
            values[at + 2] = row.Z;
        if (count > 3)
            values[at + 3] = row.W;
    }
}
