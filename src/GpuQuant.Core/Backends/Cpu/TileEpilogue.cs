using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// What happens to a tile on its way to memory: target = activation((accumulate ? target : 0) + tile * scale + shift + residual). Scale
/// and shift are rows of one value per column, padded to whole tiles; the residual lies like the target. All may be null.
/// </summary>
internal readonly unsafe struct TileEpilogue(float* scale, float* shift, float* residual, Activation activation)
{
    /// <summary>Stores a tile as it is.</summary>
    public static TileEpilogue None => default;

    /// <summary>Asks for the memory that a tile goes to, which comes from far while the tile is computed.</summary>
    public static void Prefetch(float* target, long stride, int rows, int columns)
    {
        if (!Sse.IsSupported)
            return;
        for (var r = 0; r < rows; r++, target += stride)
            for (var j = 0; j < columns; j += 16)
                Sse.Prefetch0(target + j);
    }

    /// <summary>Stores the valid rows and columns of a tile.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="tileColumns">Its columns.</param>
    /// <param name="target">The whole result.</param>
    /// <param name="offset">Where the tile begins in it.</param>
    /// <param name="stride">Elements between its rows.</param>
    /// <param name="rows">Valid rows.</param>
    /// <param name="columns">Valid columns.</param>
    /// <param name="column">The tile's first column in the result.</param>
    /// <param name="accumulate">Whether to add to what the target holds.</param>
    public void Store(float* tile, int tileColumns, float* target, long offset, long stride, int rows, int columns, int column,
        bool accumulate)
    {
        for (var j = 0; j < columns; j += 16)
        {
            var factor = scale == null ? Vector512<float>.One : Vector512.Load(scale + column + j);
            var summand = shift == null ? default : Vector512.Load(shift + column + j);
            if (j + 16 <= columns)
                StoreWhole(tile + j, tileColumns, target, offset + j, stride, rows, factor, summand, accumulate);
            else
                StorePart(tile + j, tileColumns, target, offset + j, stride, rows, columns - j, factor, summand, accumulate);
        }
    }

    private void StoreWhole(float* tile, int tileColumns, float* target, long offset, long stride, int rows, Vector512<float> factor,
        Vector512<float> summand, bool accumulate)
    {
        for (var r = 0; r < rows; r++, tile += tileColumns, offset += stride)
        {
            var value = Vector512.MultiplyAddEstimate(Vector512.Load(tile), factor, summand);
            if (accumulate)
                value += Vector512.Load(target + offset);
            if (residual != null)
                value += Vector512.Load(residual + offset);
            ElementWise.Apply(activation, value).Store(target + offset);
        }
    }

    /// <summary>The same for fewer than 16 columns; neighbours of the target may belong to other threads and are not touched.</summary>
    private void StorePart(float* tile, int tileColumns, float* target, long offset, long stride, int rows, int columns,
        Vector512<float> factor, Vector512<float> summand, bool accumulate)
    {
        var valid = Vector512.LessThan(Vector512.CreateSequence(0, 1), Vector512.Create(columns)).AsSingle();
        for (var r = 0; r < rows; r++, tile += tileColumns, offset += stride)
        {
            var value = Vector512.MultiplyAddEstimate(Vector512.Load(tile), factor, summand);
            if (accumulate)
                value += LoadPart(target + offset, valid, columns);
            if (residual != null)
                value += LoadPart(residual + offset, valid, columns);
            value = ElementWise.Apply(activation, value);
            if (Avx512F.IsSupported)
                Avx512F.MaskStore(target + offset, valid, value);
            else
                for (var j = 0; j < columns; j++)
                    target[offset + j] = value[j];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> LoadPart(float* source, Vector512<float> valid, int columns)
    {
        if (Avx512F.IsSupported)
            return Avx512F.MaskLoad(source, valid, Vector512<float>.Zero);
        var value = Vector512<float>.Zero;
        for (var j = 0; j < columns; j++)
            value = value.WithElement(j, source[j]);
        return value;
    }
}
