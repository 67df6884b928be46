namespace GpuQuant.Kernels;

/// <summary>What the elements of a row of an <see cref="IPatchMap"/> have in common.</summary>
/// <param name="Image">The image; negative behind the last pixel.</param>
/// <param name="Y">Where the window begins, from which its rows are counted; it may lie outside the image.</param>
/// <param name="X">The same of its columns.</param>
internal readonly record struct PatchCorner(int Image, int Y, int X);
