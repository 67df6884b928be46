namespace GpuQuant.Kernels;

/// <summary>128 x 128 sums by 8 warps of 64 x 32: 16 multiplications of 16 x 8 x 32 for every six loads.</summary>
internal readonly struct LargeMatrixBlock : IMatrixBlock
{
    public MatrixBlockSize Size => new(128, 128, 4);
}

/// <summary>64 x 64 sums by 4 warps of 32 x 32: 8 multiplications for every four loads.</summary>
internal readonly struct MediumMatrixBlock : IMatrixBlock
{
    public MatrixBlockSize Size => new(64, 64, 2);
}
