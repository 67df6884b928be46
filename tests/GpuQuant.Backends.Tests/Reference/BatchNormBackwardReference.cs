namespace GpuQuant.Backends.Tests.Reference;

/// <summary>One channel of the gradient of batch normalization.</summary>
public sealed record BatchNormBackwardReference(Approx[] InputGradient, Approx GammaGradient, Approx BetaGradient)
{
    public static BatchNormBackwardReference Compute(float[] channel, float[] outputGradient, float gamma, float mean, float inverse)
    {
        var normalized = channel.Select(x => ((Approx)x - mean) * inverse).ToArray();
        var gammaGradient = Approx.Sum(normalized.Zip(outputGradient, (x, dy) => x * dy));
        var betaGradient = Approx.Sum(outputGradient.Select(dy => (Approx)dy));
        var (meanSlope, meanGradient) = (gammaGradient / channel.Length, betaGradient / channel.Length);
        return new([.. normalized.Zip(outputGradient, (x, dy) => (Approx)gamma * inverse * (dy - meanGradient - x * meanSlope))],
            gammaGradient, betaGradient);
    }
}
