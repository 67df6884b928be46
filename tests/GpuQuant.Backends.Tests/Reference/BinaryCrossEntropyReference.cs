namespace GpuQuant.Backends.Tests.Reference;

/// <summary>One row.</summary>
public sealed record BinaryCrossEntropyReference(Approx Loss, float Correct, Approx[] Gradient)
{
    public static BinaryCrossEntropyReference Compute(float[] logits, float[] targets, int rows)
    {
        var losses = logits.Zip(targets, (z, t) =>
            (Approx)Math.Max(z, 0) - (Approx)t * z + Approx.Log(1 + Approx.Exp(-Math.Abs(z))));
        var correct = Array.IndexOf(logits, logits.Max()) == Array.IndexOf(targets, targets.Max()) ? 1f : 0f;
        return new(Approx.Sum(losses) / logits.Length, correct, [.. logits.Zip(targets, (z, t) =>
            (ActivationForwardReference.Apply(Activation.Sigmoid, z) - t) / logits.Length / rows)]);
    }
}
