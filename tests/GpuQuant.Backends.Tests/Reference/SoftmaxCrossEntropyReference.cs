namespace GpuQuant.Backends.Tests.Reference;

/// <summary>One row.</summary>
public sealed record SoftmaxCrossEntropyReference(Approx Loss, float Correct, Approx[] Gradient)
{
    public static SoftmaxCrossEntropyReference Compute(float[] logits, float[] targets, int rows)
    {
        var greatest = logits.Max();
        var logSum = Approx.Log(Approx.Sum(logits.Select(z => Approx.Exp((Approx)z - greatest))));
        var loss = Approx.Sum(logits.Zip(targets, (z, t) => t * (logSum - ((Approx)z - greatest))));
        var weight = Approx.Sum(targets.Select(t => (Approx)t));
        var correct = Array.IndexOf(logits, greatest) == Array.IndexOf(targets, targets.Max()) ? 1f : 0f;
        return new(loss, correct, [.. SoftmaxReference.Row(logits).Zip(targets, (y, t) => (y * weight - t) / rows)]);
    }
}
