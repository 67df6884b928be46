namespace GpuQuant.Backends.Tests.Reference;

/// <summary>One channel of the gradient of batch normalization.</summary>
public sealed record BatchNormBackwardReference(Approx[] InputGradient, Approx GammaGradient, Approx BetaGradient)
{
    public static BatchNormBackwardReference Compute(
        float[] channel, float[] outputGradient, float gamma, float beta, float mean, float inverse, Activation activation,
        (double Low, double High)? inside = null, bool hasConstantStatistics = false)
    {
        var normalized = channel.Select(x => ((Approx)x - mean) * inverse).ToArray();
        var gradients = channel.Zip(outputGradient, (x, dy) =>
        {
            var y = Output(x, gamma, beta, mean, inverse, activation);
            var passes = inside is not { } ends || (y.Value > ends.Low && y.Value < ends.High);
            return ActivationBackwardReference.Gradient(activation, y, passes ? dy : 0);
        }).ToArray();
        var gammaGradient = Approx.Sum(normalized.Zip(gradients, (x, g) => x * g));
        var betaGradient = Approx.Sum(gradients);
        var (meanSlope, meanGradient) = (gammaGradient / channel.Length, betaGradient / channel.Length);
        if (hasConstantStatistics)
            return new([.. gradients.Select(g => (Approx)gamma * inverse * g)], gammaGradient, betaGradient);
        return new([.. normalized.Zip(gradients, (x, g) => (Approx)gamma * inverse * (g - meanGradient - x * meanSlope))],
            gammaGradient, betaGradient);
    }

    /// <summary>The forward output.</summary>
    public static Approx Output(float x, float gamma, float beta, float mean, float inverse, Activation activation) =>
        ActivationForwardReference.Apply(activation, BatchNormInferenceReference.Normalize(x, gamma, beta, mean, inverse));
}
