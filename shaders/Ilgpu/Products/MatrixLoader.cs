using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>A matrix in memory, one of whose directions has neighbours.</summary>
/// <param name="Values">Its elements.</param>
/// <param name="Lines">Rows of a left operand, columns of a right one.</param>
/// <param name="Depth">What is summed over.</param>
/// <param name="LineStride">Elements between lines: 1 unless <paramref name="DepthStride"/> is.</param>
/// <param name="DepthStride">Elements between neighbours of a line.</param>
/// <param name="IsAligned">1 if every four neighbours lie in one piece of 16 bytes.</param>
internal readonly record struct MatrixLoader(
    ArrayView<float> Values, int Lines, int Depth, int LineStride, int DepthStride, int IsAligned) : IPanelLoader<float>
{
    public int IsAlongDepth
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => DepthStride == 1 ? 1 : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Row4<float> Load(int line, int depth)
    {
        var isAlongDepth = IsAlongDepth != 0;
        var isInside = line < Lines && depth < Depth;
        var count = isAlongDepth ? Depth - depth : Lines - line;
        return Neighbours.Load(Values, line * LineStride + depth * DepthStride, isInside ? count : 0, IsAligned);
    }
}
