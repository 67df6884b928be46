using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// The range of a batch normalization's outputs from the extremes of its inputs in the moments: exact, because multiplication, addition
/// and activation are monotone per channel, each with its rounding.
/// </summary>
internal readonly unsafe struct ChannelExtremes(
    Activation activation, int channels, float* moments, float* gamma, float* beta, float* mean, float* inverse)
{
    /// <summary>The least and the greatest output of all channels; NaN if one is NaN.</summary>
    public (float Low, float High) Range()
    {
        var (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
        for (var c = 0; c < channels; c++)
        {
            var scale = BatchNormFormula.Scale(gamma[c], inverse[c]);
            var shift = BatchNormFormula.Shift(beta[c], mean[c], scale);
            var first = ActivationFormula.Apply(activation, BatchNormFormula.Normalize(moments[2 * channels + c], scale, shift));
            var second = ActivationFormula.Apply(activation, BatchNormFormula.Normalize(moments[3 * channels + c], scale, shift));
            (low, high) = (MathF.Min(low, MathF.Min(first, second)), MathF.Max(high, MathF.Max(first, second)));
        }
        return (low, high);
    }
}
