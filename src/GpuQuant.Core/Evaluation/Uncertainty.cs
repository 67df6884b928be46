namespace GpuQuant.Evaluation;

/// <summary>How unsure a probability vector is, by the study's four scores.</summary>
/// <param name="Top1">The greatest probability.</param>
/// <param name="Top2">The second greatest (the same as the first if it stands twice).</param>
/// <param name="Entropy">-sum p ln p, in nats, with 0 ln 0 = 0.</param>
/// <param name="Gini">1 - sum p^2.</param>
/// <example>[0.5, 0.3, 0.2]: top1 0.5, top2 0.3, entropy 1.0297, Gini 0.62, margin 0.2, least confidence 0.5.</example>
public readonly record struct Uncertainty(float Top1, float Top2, float Entropy, float Gini)
{
    /// <summary>Top1 - top2.</summary>
    public float Margin => Top1 - Top2;

    /// <summary>1 - top1.</summary>
    public float LeastConfidence => 1 - Top1;

    /// <summary>The scores of one probability vector.</summary>
    public static Uncertainty Of(ReadOnlySpan<float> probabilities)
    {
        var (top1, top2, entropy, squares) = (0f, 0f, 0.0, 0.0);
        foreach (var p in probabilities)
        {
            if (p > top1)
                (top1, top2) = (p, top1);
            else if (p > top2)
                top2 = p;
            entropy -= p > 0 ? p * Numerics.PortableMath.Log(p) : 0;
            squares += (double)p * p;
        }
        return new(top1, top2, (float)entropy, (float)(1 - squares));
    }
}
