using GpuQuant.Formulas;

namespace GpuQuant.Kernels;

/// <summary>The sizes of an integer convolution that its window does not tell.</summary>
/// <param name="In">Input channels.</param>
/// <param name="Out">Output channels.</param>
/// <param name="ZeroPoint">The zero point of the input.</param>
/// <param name="HasBias">1 if there is a bias.</param>
/// <param name="HasRowZeroPoints">1 if every image has a zero point of its own.</param>
internal readonly record struct IntConv2DSizes(int In, int Out, int ZeroPoint, int HasBias, int HasRowZeroPoints);
