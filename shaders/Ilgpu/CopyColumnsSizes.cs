namespace GpuQuant.Kernels;

/// <summary>Which bytes of every row are copied.</summary>
/// <param name="SourceStart">Where they begin in a row of the source.</param>
/// <param name="SourceRow">Bytes of a row of the source.</param>
/// <param name="DestinationStart">Where they begin in a row of the destination.</param>
/// <param name="DestinationRow">Bytes of a row of the destination.</param>
/// <param name="Bytes">How many of every row.</param>
internal readonly record struct CopyColumnsSizes(
    int SourceStart, int SourceRow, int DestinationStart, int DestinationRow, int Bytes);
