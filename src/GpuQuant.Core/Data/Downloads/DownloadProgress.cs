namespace GpuQuant.Data.Downloads;

/// <summary>How far a download is.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Bytes">Bytes on the disk so far, those of an earlier, interrupted download included.</param>
/// <param name="Total">The file's size in bytes.</param>
public readonly record struct DownloadProgress(string File, long Bytes, long Total);
