using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Evaluation;

/// <summary>Rows from the answers of a float model and a deployed one on the same test set.</summary>
public static class Comparison
{
    private const double LeastProbability = 1e-6;

    /// <summary>One row per input.</summary>
    /// <param name="key">What is compared.</param>
    /// <param name="origin">Where the test set came from.</param>
    /// <param name="data">The test set, for the labels.</param>
    /// <param name="reference">The float model's answers.</param>
    /// <param name="deployed">The deployed model's; the reference itself for <c>float32</c>.</param>
    public static EvaluationRows Rows(
        CellKey key, string origin, IDataset data, Predictions reference, Predictions deployed)
    {
        var n = data.Count;
        var rows = new EvaluationRows(key, origin, new int[n], reference.Classes, deployed.Classes, deployed.Ties,
            new float[n], new float[n], new float[n], new float[n], new float[n], new float[n], new float[n]);
        for (var i = 0; i < n; i++)
        {
            var p = reference.Probabilities.AsSpan(i * data.Classes, data.Classes);
            var uncertainty = Uncertainty.Of(p);
            rows.Labels[i] = data.Label(i);
            (rows.Top1[i], rows.Top2[i], rows.Entropy[i], rows.Gini[i]) =
                (uncertainty.Top1, uncertainty.Top2, uncertainty.Entropy, uncertainty.Gini);
            (rows.Margin[i], rows.LeastConfidence[i]) = (uncertainty.Margin, uncertainty.LeastConfidence);
            if (!ReferenceEquals(reference, deployed))
                rows.KlDivergence[i] = KlDivergence(p, deployed.Probabilities.AsSpan(i * data.Classes, data.Classes));
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
}
