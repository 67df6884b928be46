using GpuQuant.Backends;
using GpuQuant.Formulas;

namespace GpuQuant.Kernels;

/// <summary>The sizes of a convolution that its window does not tell.</summary>
/// <param name="Images">The batch.</param>
/// <param name="In">Input channels.</param>
/// <param name="Out">Output channels.</param>
/// <param name="HasBias">1 if there is a bias.</param>
/// <param name="HasScale">1 if there is a scale.</param>
/// <param name="HasShift">1 if there is a shift.</param>
/// <param name="HasResidual">1 if there is a residual.</param>
/// <param name="Activation">Applied to every output of the forward pass.</param>
internal readonly record struct Conv2DSizes(int Images, int In, int Out, int HasBias, int HasScale, int HasShift, int HasResidual,
    Activation Activation);
