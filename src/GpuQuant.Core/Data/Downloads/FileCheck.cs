namespace GpuQuant.Data.Downloads;

/// <summary>The result of checking one file of a data set.</summary>
/// <param name="File">What the file should be.</param>
/// <param name="Path">Where it lies, or should lie.</param>
/// <param name="State">Whether it is right.</param>
/// <param name="Detail">What was found, for people: <c>5 bytes, expected 4542</c>.</param>
public sealed record FileCheck(RemoteFile File, string Path, FileState State, string Detail);
