using System.Runtime.CompilerServices;

namespace GpuQuant.Kernels;

/// <summary>What a <see cref="FloatOutput"/> does.</summary>
/// <param name="IsAligned">1 if every four columns of all its tensors lie in one piece of 16 bytes.</param>
/// <param name="HasBias">1 if there is a bias.</param>
/// <param name="HasScale">1 if there is a scale.</param>
/// <param name="HasShift">1 if there is a shift.</param>
/// <param name="HasResidual">1 if there is a residual.</param>
/// <param name="Minimum">The least output: minus infinity, or 0 for a relu.</param>
/// <param name="Maximum">The greatest output: infinity, or 6.</param>
internal readonly record struct FloatOutputSteps(
    int IsAligned, int HasBias, int HasScale, int HasShift, int HasResidual, float Minimum, float Maximum)
{
    /// <summary>The value within the bounds; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Clamp(float value) => value > Maximum ? Maximum : value <= Minimum ? Minimum : value;
}
