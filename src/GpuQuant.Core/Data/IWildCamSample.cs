namespace GpuQuant.Data;

/// <summary>One row of iWildCam's metadata.</summary>
/// <param name="File">The picture's file name.</param>
/// <param name="Label">The class.</param>
/// <param name="Location">The camera's place.</param>
/// <param name="Record">The row's number in the file, the first after the header being 1.</param>
internal readonly record struct IWildCamSample(string File, int Label, int Location, long Record);
