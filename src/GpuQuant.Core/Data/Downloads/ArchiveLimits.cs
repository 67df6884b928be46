namespace GpuQuant.Data.Downloads;

/// <summary>How much an archive may unpack to: a small file can claim to hold far more than any disk.</summary>
/// <param name="Bytes">The most bytes of all files together.</param>
/// <param name="Entries">The most files and folders.</param>
public sealed record ArchiveLimits(long Bytes, int Entries = 10_000);
