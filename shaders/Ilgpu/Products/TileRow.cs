using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>A lane's sums in 16 rows and 32 columns of a warp: four tiles of 16 x 8.</summary>
internal struct TileRow
{
    public Row4<int> First, Second, Third, Fourth;

    /// <summary>Puts the sums down, those of the tiles a warp's width apart.</summary>
    public readonly void Store(ArrayView<Row4<int>> shared, int at)
    {
        shared[at] = First;
        shared[at + 32] = Second;
        shared[at + 64] = Third;
        shared[at + 96] = Fourth;
    }
}
