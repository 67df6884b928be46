namespace GpuQuant.Kernels;

/// <summary>The sizes of a product of int16 inputs that its window does not tell.</summary>
/// <param name="In">Input channels.</param>
/// <param name="Out">Output channels.</param>
/// <param name="HasBias">1 if there is a bias.</param>
/// <param name="FitsInt">1 if no sum leaves 32 bits.</param>
internal readonly record struct WideSizes(int In, int Out, int HasBias, int FitsInt);
