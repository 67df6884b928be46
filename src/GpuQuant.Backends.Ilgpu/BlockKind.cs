namespace GpuQuant.Backends.Ilgpu;

/// <summary>The blocks in which products are computed, the largest first.</summary>
internal enum BlockKind
{
    /// <summary>128 x 128.</summary>
    Large,

    /// <summary>64 x 64.</summary>
    Medium,

    /// <summary>32 x 32.</summary>
    Small,
}
