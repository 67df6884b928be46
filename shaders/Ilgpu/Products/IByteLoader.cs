namespace GpuQuant.Kernels;

/// <summary>An operand of int8 numbers, four along the depth in each word.</summary>
internal interface IByteLoader : IPanelLoader<int>
{
    /// <summary>The operand in memory.</summary>
    ByteSource Source { get; }

    /// <summary>The chunk of <see cref="Source"/> that is what <see cref="IPanelLoader{T}.Load"/> gives; negative if none is.</summary>
    int Find(int line, int word);
}
