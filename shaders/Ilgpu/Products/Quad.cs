using System.Runtime.CompilerServices;

namespace GpuQuant.Kernels;

/// <summary>4 x 4 sums in registers. ILGPU keeps the fields of structs there, but not the elements of arrays.</summary>
internal struct Quad<T> where T : unmanaged
{
    public Row4<T> Row0, Row1, Row2, Row3;

    /// <summary>The sums with the products of four rows and four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad<T> Add<TMath>(Quad<T> sums, Row4<T> left, Row4<T> right) where TMath : struct, IMultiplyAdd<T>
    {
        Quad<T> result;
        result.Row0 = Add<TMath>(sums.Row0, left.X, right);
        result.Row1 = Add<TMath>(sums.Row1, left.Y, right);
        result.Row2 = Add<TMath>(sums.Row2, left.Z, right);
        result.Row3 = Add<TMath>(sums.Row3, left.W, right);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Row4<T> Add<TMath>(Row4<T> sums, T left, Row4<T> right) where TMath : struct, IMultiplyAdd<T>
    {
        var math = default(TMath);
        return new(
            math.MultiplyAdd(left, right.X, sums.X), math.MultiplyAdd(left, right.Y, sums.Y),
            math.MultiplyAdd(left, right.Z, sums.Z), math.MultiplyAdd(left, right.W, sums.W));
    }
}
