namespace GpuQuant.Kernels;

/// <summary>128 x 128 by 256 threads of 8 x 8 sums: 64 multiply-adds per four 16-byte reads of shared memory.</summary>
internal readonly struct LargeBlock : IBlock
{
    public BlockSize Size => new(128, 128, 8, 2, 2);
}

/// <summary>64 x 64 by 128 threads of 8 x 4 sums: 32 multiply-adds per three reads.</summary>
internal readonly struct MediumBlock : IBlock
{
    public BlockSize Size => new(64, 64, 8, 2, 1);
}

/// <summary>32 x 32 by 64 threads of 4 x 4 sums: 16 multiply-adds per two reads.</summary>
internal readonly struct SmallBlock : IBlock
{
    public BlockSize Size => new(32, 32, 8, 1, 1);
}
