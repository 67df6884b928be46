namespace GpuQuant.Backends.Tests.Reference;

/// <summary>One channel of batch normalization in training, with its moments given.</summary>
public sealed record BatchNormForwardReference(Approx[] Output, Approx InverseDeviation, Approx RunningMean, Approx RunningVariance)
{
    public static BatchNormForwardReference Compute(
        float[] channel, float mean, float variance, float gamma, float beta, float runningMean, float runningVariance, float epsilon,
        float momentum, Activation activation)
    {
        var unbiased = (Approx)variance * ((Approx)channel.Length / Math.Max(1, channel.Length - 1));
        var inverse = 1 / Approx.Sqrt((Approx)variance + epsilon);
        var keep = (Approx)1 - momentum;
        return new([.. channel.Select(x => ActivationForwardReference.Apply(
                activation, BatchNormInferenceReference.Normalize(x, gamma, beta, mean, inverse)))],
            inverse, (Approx)momentum * runningMean + keep * mean, (Approx)momentum * runningVariance + keep * unbiased);
    }
}
