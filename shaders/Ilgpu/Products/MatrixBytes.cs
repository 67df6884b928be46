using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>A matrix of int8 numbers whose lines follow along the depth; 0 beyond it.</summary>
/// <param name="Values">Lines x depth.</param>
/// <param name="Address">Where they begin in the device's memory.</param>
/// <param name="Lines">Rows of a left operand, columns of a right one.</param>
/// <param name="Depth">What is summed over.</param>
/// <param name="IsAligned">1 if every 16 neighbours lie in one chunk.</param>
internal readonly record struct MatrixBytes(ArrayView<sbyte> Values, long Address, int Lines, int Depth, int IsAligned) : IByteLoader
{
    public int IsAlongDepth => 1;

    public ByteSource Source => new(Values.Cast<Row4<int>>(), Address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(int line, int word) =>
        IsAligned != 0 && line < Lines && word * 4 < Depth ? (line * Depth + word * 4) >> 4 : -1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Row4<int> Load(int line, int word)
    {
        if (IsAligned != 0)
        {
            var at = Find(line, word);
            return at >= 0 ? Source.Chunks[at] : default;
        }
        return new(Word(line, word), Word(line, word + 1), Word(line, word + 2), Word(line, word + 3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Word(int line, int word)
    {
        var result = 0;
        var end = line < Lines ? Depth : 0;
        for (var i = 0; i < 4; i++)
            if (word * 4 + i < end)
                result |= (Values[line * Depth + word * 4 + i] & 255) << (8 * i);
        return result;
    }
}
