using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Images, or their gradients, as a matrix that a convolution multiplies.</summary>
/// <param name="Values">Images x height x width x channels.</param>
/// <param name="Map">Where the matrix's elements lie in them.</param>
/// <param name="IsTransposed">1 if the pixels are what is summed over, as for the gradient of the kernel.</param>
/// <param name="IsAligned">1 if every four channels lie in one piece of 16 bytes.</param>
internal readonly record struct PatchLoader<TMap>(ArrayView<float> Values, TMap Map, int IsTransposed, int IsAligned) : IPanelLoader<float>
    where TMap : struct, IPatchMap
{
    public int IsAlongDepth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1 - IsTransposed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Row4<float> Load(int line, int depth)
    {
        var (pixel, tap) = IsTransposed != 0 ? (depth, line) : (line, depth);
        var corner = Map.Corner(pixel);
        if (IsAligned != 0)
        {
            var at = Map.At(corner, tap);
            return Neighbours.Load(Values, at, at < 0 ? 0 : 4, 1);
        }
        return new(Element(corner, tap), Element(corner, tap + 1), Element(corner, tap + 2), Element(corner, tap + 3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Element(PatchCorner corner, int tap)
    {
        var at = Map.At(corner, tap);
        var value = 0f;
        if (at >= 0)
            value = Values[at];
        return value;
    }
}
