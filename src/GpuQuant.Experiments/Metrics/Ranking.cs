namespace GpuQuant.Experiments;

/// <summary>
/// How well a score tells positive inputs from negative ones, whatever its scale: the higher the score, the surer it is of a positive.
/// </summary>
public static class Ranking
{
    /// <summary>
    /// The area under the receiver operating characteristic: the chance that a random positive scores higher than a random negative,
    /// equal scores counting half.
    /// </summary>
    /// <returns>0 to 1; null without a positive or without a negative.</returns>
    /// <example>Scores 0.1, 0.4, 0.35, 0.8 of which the last two are positive: 3 of 4 pairs are in order, so 0.75.</example>
    public static double? Auroc(IReadOnlyList<double> scores, IReadOnlyList<bool> positives)
    {
        var (area, truePositives, falsePositives) = (0.0, 0L, 0L);
        foreach (var (positive, negative) in Steps(scores, positives))
        {
            area += negative * (truePositives + positive / 2.0);
            (truePositives, falsePositives) = (truePositives + positive, falsePositives + negative);
        }
        return truePositives == 0 || falsePositives == 0 ? null : area / ((double)truePositives * falsePositives);
    }

    /// <summary>
    /// The area under precision over recall as average precision: the sum over the thresholds of precision x gained recall.
    /// </summary>
    /// <returns>0 to 1; null without a positive.</returns>
    /// <example>Scores 0.1, 0.4, 0.35, 0.8 of which the last two are positive: 0.5 x 1 + 0.5 x 2/3 = 0.8333.</example>
    public static double? AveragePrecision(IReadOnlyList<double> scores, IReadOnlyList<bool> positives)
    {
        var (sum, truePositives, taken) = (0.0, 0L, 0L);
        foreach (var (positive, negative) in Steps(scores, positives))
        {
            (truePositives, taken) = (truePositives + positive, taken + positive + negative);
            sum += (double)positive * truePositives / taken;
        }
        return truePositives == 0 ? null : sum / truePositives;
    }

    /// <summary>
    /// The share of negatives below the threshold at which the share of positives found comes nearest to the wanted one; of equally
    /// near thresholds the highest.
    /// </summary>
    /// <param name="scores">The scores.</param>
    /// <param name="positives">Which inputs are positive.</param>
    /// <param name="rate">The wanted true positive rate, such as 0.95.</param>
    /// <returns>0 to 1; null without a positive or without a negative.</returns>
    /// <example>Scores 0.1, 0.4, 0.35, 0.8, the last two positive: both are found at 0.35, and so is one negative of two: 0.5.</example>
    public static double? TrueNegativeRate(IReadOnlyList<double> scores, IReadOnlyList<bool> positives, double rate)
    {
        long all = positives.Count(positive => positive), negatives = positives.Count - all;
        if (all == 0 || negatives == 0)
            return null;
        var (truePositives, falsePositives, nearest, chosen) = (0L, 0L, rate, 0L);
        foreach (var (positive, negative) in Steps(scores, positives))
        {
            (truePositives, falsePositives) = (truePositives + positive, falsePositives + negative);
            var distance = Math.Abs((double)truePositives / all - rate);
            if (distance < nearest)
                (nearest, chosen) = (distance, falsePositives);
        }
        return 1 - (double)chosen / negatives;
    }

    /// <summary>
    /// The receiver operating characteristic at some false positive rates: the share of positives that score higher than all but that share
    /// of the negatives, in a straight line between the thresholds.
    /// </summary>
    /// <param name="scores">The scores.</param>
    /// <param name="positives">Which inputs are positive.</param>
    /// <param name="falsePositiveRates">Where to read it, 0 to 1, ascending.</param>
    /// <returns>A true positive rate for each; null without a positive or without a negative.</returns>
    /// <example>Scores 0.1, 0.4, 0.35, 0.8, the last two positive: at 0 it is 0.5, at 0.5 and above 1.</example>
    public static IReadOnlyList<double>? TruePositiveRates(
        IReadOnlyList<double> scores, IReadOnlyList<bool> positives, IReadOnlyList<double> falsePositiveRates)
    {
        long all = positives.Count(positive => positive), negatives = positives.Count - all;
        if (all == 0 || negatives == 0)
            return null;
        var rates = new double[falsePositiveRates.Count];
        var (truePositives, falsePositives, next) = (0L, 0L, 0);
        foreach (var (positive, negative) in Steps(scores, positives))
        {
            // Points before this threshold's own, which may itself still be the highest at its rate.
            for (; next < rates.Length && falsePositiveRates[next] * negatives < falsePositives + negative; next++)
            {
                var share = (falsePositiveRates[next] * negatives - falsePositives) / negative;
                rates[next] = (truePositives + share * positive) / all;
            }
            (truePositives, falsePositives) = (truePositives + positive, falsePositives + negative);
        }
        rates.AsSpan(next).Fill(1);
        return rates;
    }

    /// <summary>Positives and negatives of each distinct score, the highest first.</summary>
    private static IEnumerable<(int Positives, int Negatives)> Steps(IReadOnlyList<double> scores, IReadOnlyList<bool> positives)
    {
        if (scores.Count != positives.Count)
            throw new ArgumentException($"{scores.Count} scores and {positives.Count} truths make no pairs.", nameof(positives));
        var keys = scores.Select(score => -score).ToArray();
        var truths = positives.ToArray();
        Array.Sort(keys, truths);
        for (var i = 0; i < keys.Length;)
        {
            var (start, found) = (i, 0);
            for (; i < keys.Length && keys[i].Equals(keys[start]); i++)
                found += truths[i] ? 1 : 0;
            yield return (found, i - start - found);
        }
    }
}
