using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>
/// Images of int8 numbers as the matrix that a convolution multiplies. Outside of an image stands its zero point, so that what is taken
/// off for it is the same for every output of a channel.
/// </summary>
/// <param name="Values">Images x height x width x channels.</param>
/// <param name="Address">Where they begin in the device's memory.</param>
/// <param name="Map">Where the matrix's elements lie in them.</param>
/// <param name="ZeroPoints">The zero points of the rows.</param>
/// <param name="IsAligned">1 if every 16 channels lie in one chunk.</param>
internal readonly record struct PatchBytes(ArrayView<sbyte> Values, long Address, PatchMap Map, RowZeroPoints ZeroPoints, int IsAligned) : IByteLoader
{
    public int IsAlongDepth => 1;

    public ByteSource Source => new(Values.Cast<Row4<int>>(), Address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(int line, int word) => IsAligned != 0 ? Map.At(Map.Corner(line), word * 4) >> 4 : -1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Row4<int> Load(int line, int word)
    {
        var corner = Map.Corner(line);
        var outside = corner.Image >= 0 ? ZeroPoints.Of(line) & 255 : 0;
        if (IsAligned != 0)
        {
            var at = Find(line, word);
            var fill = outside * 0x01010101;
            return at >= 0 ? Source.Chunks[at] : new(fill, fill, fill, fill);
        }
        return new(
            Word(corner, word, outside), Word(corner, word + 1, outside), Word(corner, word + 2, outside), Word(corner, word + 3, outside));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Word(PatchCorner corner, int word, int outside)
    {
        var result = 0;
        for (var i = 0; i < 4; i++)
        {
            var at = Map.At(corner, word * 4 + i);
            var value = outside;
            if (at >= 0)
                value = Values[at] & 255;
            result |= value << (8 * i);
        }
        return result;
    }
}
