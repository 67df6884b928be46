using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Evaluation;

/// <summary>Rows from the answers of a float model and a deployed one on the same test set.</summary>
public static class Comparison
{
    private const double LeastProbability = 1e-6;
    private const int Likeliest = 5;

    /// <summary>One row per input.</summary>
    /// <param name="key">What is compared.</param>
    /// <param name="origin">Where the test set came from.</param>
    /// <param name="data">The test set, for the labels.</param>
    /// <param name="reference">The float model's answers.</param>
    /// <param name="deployed">The deployed model's; the reference itself for <c>float32</c>.</param>
    public static EvaluationRows Rows(
        CellKey key, string origin, IDataset data, Predictions reference, Predictions deployed)
    {
        var rows = Empty(key, origin, data, reference, deployed);
        for (var i = 0; i < data.Count; i++)
        {
            var p = reference.Probabilities.AsSpan(i * data.Classes, data.Classes);
            var q = deployed.Probabilities.AsSpan(i * data.Classes, data.Classes);
            var (uncertainty, quantized) = (Uncertainty.Of(p), Uncertainty.Of(q));
            (rows.Top1[i], rows.Top2[i], rows.Entropy[i], rows.Gini[i]) =
                (uncertainty.Top1, uncertainty.Top2, uncertainty.Entropy, uncertainty.Gini);
            (rows.Margin[i], rows.LeastConfidence[i]) = (uncertainty.Margin, uncertainty.LeastConfidence);
            (rows.QuantizedTop1[i], rows.QuantizedTop2[i]) = (quantized.Top1, quantized.Top2);
            (rows.LabelProbability[i], rows.QuantizedLabelProbability[i]) = (p[rows.Labels[i]], q[rows.Labels[i]]);
            rows.Top5[i] = CommonLikeliest(p, q);
            if (!ReferenceEquals(reference, deployed))
                (rows.KlDivergence[i], rows.JsDivergence[i]) = (KlDivergence(p, q), JsDivergence(p, q));
        }
        return rows;
    }

    /// <summary>sum p ln(p / max(q, 1e-6)), in nats: the bound keeps a quantized 0 from making it infinite.</summary>
    public static float KlDivergence(ReadOnlySpan<float> p, ReadOnlySpan<float> q)
    {
        var sum = 0.0;
        for (var c = 0; c < p.Length; c++)
            if (p[c] > 0)
                sum += p[c] * (PortableMath.Log(p[c]) - PortableMath.Log(Math.Max(q[c], LeastProbability)));
        return (float)sum;
    }

    /// <summary>
    /// Half of sum p ln(p / m) + q ln(q / m) with m = (p + q) / 2 and 0 ln 0 = 0, in nats: at most ln 2, [1, 0] against [0, 1].
    /// </summary>
    public static float JsDivergence(ReadOnlySpan<float> p, ReadOnlySpan<float> q)
    {
        var sum = 0.0;
        for (var c = 0; c < p.Length; c++)
        {
            var logMean = PortableMath.Log(((double)p[c] + q[c]) / 2);
            sum += p[c] > 0 ? p[c] * (PortableMath.Log(p[c]) - logMean) : 0;
            sum += q[c] > 0 ? q[c] * (PortableMath.Log(q[c]) - logMean) : 0;
        }
        // Equal numbers cancel but for the last bits; the exact sum is never negative.
        return (float)Math.Max(0, sum / 2);
    }

    /// <summary>
    /// How many of the five greatest of p (all, if fewer) are at the places of q's five greatest; equal numbers rank by their place.
    /// </summary>
    /// <example>[0.9, 0.02, 0.02, 0.02, 0.02, 0.02] and its reverse: places 0 to 4, and 5 with 0 to 3, so 4.</example>
    public static int CommonLikeliest(ReadOnlySpan<float> p, ReadOnlySpan<float> q)
    {
        Span<int> first = stackalloc int[Math.Min(Likeliest, p.Length)], second = stackalloc int[first.Length];
        FindGreatest(p, first);
        FindGreatest(q, second);
        var common = 0;
        foreach (var place in first)
            common += second.Contains(place) ? 1 : 0;
        return common;
    }

    private static void FindGreatest(ReadOnlySpan<float> values, Span<int> places)
    {
        for (var rank = 0; rank < places.Length; rank++)
        {
            var best = -1;
            for (var c = 0; c < values.Length; c++)
                if ((best < 0 || values[c] > values[best]) && !places[..rank].Contains(c))
                    best = c;
            places[rank] = best;
        }
    }

    private static EvaluationRows Empty(CellKey key, string origin, IDataset data, Predictions reference, Predictions deployed)
    {
        var labels = Enumerable.Range(0, data.Count).Select(data.Label).ToArray();
        return new(key, origin, labels, reference.Classes, deployed.Classes, deployed.Ties, Column(), Column(), Column(), Column(),
            Column(), Column(), Column(), Column(), Column(), Column(), Column(), Column(), new int[data.Count]);

        float[] Column() => new float[data.Count];
    }
}
