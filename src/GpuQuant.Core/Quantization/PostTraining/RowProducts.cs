using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>Products of matrices for the passes: every sum in the order of its terms, so the same bits with any instructions.</summary>
internal static class RowProducts
{
    /// <summary>Columns come in multiples of this.</summary>
    public const int Lanes = 8;

    private const int Tile = 8;

    /// <summary>The next multiple of <see cref="Lanes"/>.</summary>
    public static int Padded(int columns) => (columns + Lanes - 1) / Lanes * Lanes;

    /// <summary>sums[r, c] += sum over k of left[r, k] right[k, c].</summary>
    /// <param name="left">Its value (r, k) stands at r * rowStride + k * innerStride: strides turned round transpose it.</param>
    /// <param name="strides">Of a row and of an inner index.</param>
    /// <param name="inner">Terms of a sum.</param>
    /// <param name="right">inner x columns.</param>
    /// <param name="columns">A multiple of <see cref="Lanes"/>.</param>
    /// <param name="sums">rows x columns.</param>
    public static void Add(ReadOnlySpan<float> left, (int Row, int Inner) strides, int inner, ReadOnlySpan<float> right, int columns,
        Span<float> sums)
    {
        var rows = sums.Length / columns;
        for (var column = 0; column < columns; column += Lanes)
        {
            var row = 0;
            for (; row <= rows - Tile; row += Tile)
                AddTile(left[(row * strides.Row)..], strides, inner, right[column..], columns, sums[(row * columns + column)..]);
            for (; row < rows; row++)
                AddRow(left[(row * strides.Row)..], strides.Inner, inner, right[column..], columns, sums[(row * columns + column)..]);
        }
    }

    private static void AddTile(ReadOnlySpan<float> left, (int Row, int Inner) strides, int inner, ReadOnlySpan<float> right, int columns,
        Span<float> sums)
    {
        // Sums of eight rows stay in registers; the last index proves all the others to be inside.
        _ = left[((Tile - 1) * strides.Row) + ((inner - 1) * strides.Inner)];
        _ = right[((inner - 1) * columns) + Lanes - 1];
        _ = sums[((Tile - 1) * columns) + Lanes - 1];
        ref var x = ref MemoryMarshal.GetReference(left);
        ref var w = ref MemoryMarshal.GetReference(right);
        ref var y = ref MemoryMarshal.GetReference(sums);
        var (row, step) = ((nuint)strides.Row, (nuint)strides.Inner);
        var width = (nuint)columns;
        var (s0, s1, s2, s3) = (Load(ref y, 0), Load(ref y, width), Load(ref y, 2 * width), Load(ref y, 3 * width));
        var (s4, s5, s6, s7) = (Load(ref y, 4 * width), Load(ref y, 5 * width), Load(ref y, 6 * width), Load(ref y, 7 * width));
        for (nuint k = 0, at = 0; k < (nuint)inner; k++, at += step)
        {
            var values = Load(ref w, k * width);
            s0 += Spread(ref x, at) * values;
            s1 += Spread(ref x, at + row) * values;
            s2 += Spread(ref x, at + 2 * row) * values;
            s3 += Spread(ref x, at + 3 * row) * values;
            s4 += Spread(ref x, at + 4 * row) * values;
            s5 += Spread(ref x, at + 5 * row) * values;
            s6 += Spread(ref x, at + 6 * row) * values;
            s7 += Spread(ref x, at + 7 * row) * values;
        }
        s0.StoreUnsafe(ref y);
        s1.StoreUnsafe(ref y, width);
        s2.StoreUnsafe(ref y, 2 * width);
        s3.StoreUnsafe(ref y, 3 * width);
        s4.StoreUnsafe(ref y, 4 * width);
        s5.StoreUnsafe(ref y, 5 * width);
        s6.StoreUnsafe(ref y, 6 * width);
        s7.StoreUnsafe(ref y, 7 * width);
    }

    private static void AddRow(ReadOnlySpan<float> left, int step, int inner, ReadOnlySpan<float> right, int columns, Span<float> sums)
    {
        var sum = Vector256.Create<float>(sums[..Lanes]);
        for (var k = 0; k < inner; k++)
            sum += Vector256.Create(left[k * step]) * Vector256.Create<float>(right.Slice(k * columns, Lanes));
        sum.CopyTo(sums);
    }

    private static Vector256<float> Load(ref float values, nuint at) => Vector256.LoadUnsafe(ref values, at);

    private static Vector256<float> Spread(ref float values, nuint at) =>
        Vector256.Create(System.Runtime.CompilerServices.Unsafe.Add(ref values, at));
}
