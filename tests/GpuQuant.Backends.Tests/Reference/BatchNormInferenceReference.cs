namespace GpuQuant.Backends.Tests.Reference;

public static class BatchNormInferenceReference
{
    public static Approx[] Compute(
        float[] input, float[] gamma, float[] beta, float[] mean, float[] variance, float epsilon, Activation activation)
    {
        var channels = gamma.Length;
        return [.. input.Select((x, i) => (X: x, C: i % channels)).Select(at => ActivationForwardReference.Apply(
            activation, Normalize(at.X, gamma[at.C], beta[at.C], mean[at.C], 1 / Approx.Sqrt((Approx)variance[at.C] + epsilon))))];
    }

    /// <summary>The two usual ways to write it round differently: a backend may take either.</summary>
    public static Approx Normalize(Approx x, Approx gamma, Approx beta, Approx mean, Approx inverse)
    {
        var centred = gamma * (x - mean) * inverse + beta;
        var scale = gamma * inverse;
        var folded = x * scale + (beta - mean * scale);
        return centred with { Error = Math.Max(centred.Error, folded.Error) };
    }
}
