namespace GpuQuant.Backends.Tests.Reference;

/// <summary>One channel of batch normalization in training.</summary>
public sealed record BatchNormForwardReference(
    Approx[] Output, Approx Mean, Approx InverseDeviation, Approx RunningMean, Approx RunningVariance)
{
    public static BatchNormForwardReference Compute(
        float[] channel, float gamma, float beta, float runningMean, float runningVariance, float epsilon, float momentum)
    {
        var mean = Approx.Sum(channel.Select(x => (Approx)x)) / channel.Length;
        var squares = Approx.Sum(channel.Select(x => (x - mean) * (x - mean)));
        var variance = squares / channel.Length;
        var unbiased = squares / Math.Max(1, channel.Length - 1);
        var inverse = 1 / Approx.Sqrt(variance + epsilon);
        var keep = (Approx)1 - momentum;
        return new([.. channel.Select(x => BatchNormInferenceReference.Normalize(x, gamma, beta, mean, inverse))],
            mean, inverse, (Approx)momentum * runningMean + keep * mean, (Approx)momentum * runningVariance + keep * unbiased);
    }
}
