namespace GpuQuant.Numerics;

/// <summary>Classes from scores.</summary>
public static class Scores
{
    /// <summary>The position of the greatest score, the first if it stands more than once: [1, 3, 3] gives 1.</summary>
    public static int FirstMaximum(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
            if (scores[i] > scores[best])
                best = i;
        return best;
    }
}
