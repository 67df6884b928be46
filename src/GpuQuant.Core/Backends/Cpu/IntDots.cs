using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// Integer dot products of packed rows: one side's rows (weights) are widened to 16 bits once, the other side's (patches with their
/// zero point taken off) row by row; products are summed in int32, exactly.
/// </summary>
internal static unsafe class IntDots
{
    private const int Lanes = 16;

    /// <summary>A row's length in 16-bit elements, whole vectors.</summary>
    public static int Padded(int k) => (k + Lanes - 1) / Lanes * Lanes;

    /// <summary>Room for the widened weights and one patch per thread.</summary>
    public static long WorkspaceBytes(int rows, int k, int workers) => 2L * Padded(k) * (rows + workers);

    /// <summary>Widens rows of k bytes to padded rows of 16-bit elements.</summary>
    public static void Widen(sbyte* source, short* target, int rows, int k)
    {
        var padded = Padded(k);
        for (var r = 0; r < rows; r++)
            WidenRow(source + (long)r * k, target + (long)r * padded, k, 0, padded);
    }

    /// <summary>target[i] = source[i] - zero point for i below k, 0 up to the padded length.</summary>
    public static void WidenRow(sbyte* source, short* target, int k, int zeroPoint, int padded)
    {
        for (var i = 0; i < k; i++)
            target[i] = (short)(source[i] - zeroPoint);
        for (var i = k; i < padded; i++)
            target[i] = 0;
    }

    /// <summary>The sum of products of two padded rows.</summary>
    public static int Dot(short* a, short* b, int padded)
    {
        if (!Avx2.IsSupported)
            return DotPortable(a, b, padded);
        var sum = Vector256<int>.Zero;
        for (var i = 0; i < padded; i += Lanes)
            sum += Avx2.MultiplyAddAdjacent(Vector256.Load(a + i), Vector256.Load(b + i));
        return Vector256.Sum(sum);
    }

    private static int DotPortable(short* a, short* b, int padded)
    {
        var sum = Vector128<int>.Zero;
        for (var i = 0; i < padded; i += 8)
        {
            var (x, y) = (Vector128.Load(a + i), Vector128.Load(b + i));
            sum += Vector128.WidenLower(x) * Vector128.WidenLower(y) + Vector128.WidenUpper(x) * Vector128.WidenUpper(y);
        }
        return Vector128.Sum(sum);
    }
}
