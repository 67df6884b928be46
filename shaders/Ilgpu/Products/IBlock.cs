namespace GpuQuant.Kernels;

/// <summary>A <see cref="BlockSize"/> that is known when a kernel is compiled.</summary>
internal interface IBlock
{
    /// <summary>The size, a constant.</summary>
    BlockSize Size { get; }
}
