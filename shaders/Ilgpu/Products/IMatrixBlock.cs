namespace GpuQuant.Kernels;

/// <summary>A <see cref="MatrixBlockSize"/> that is known when a kernel is compiled.</summary>
internal interface IMatrixBlock
{
    /// <summary>The size, a constant.</summary>
    MatrixBlockSize Size { get; }
}
