namespace GpuQuant.Peers;

/// <summary>Measures several sides in turn, A B A B ..., so that what changes on the machine meets all of them alike.</summary>
internal static class Alternation
{
    /// <summary>Longer than the threads of any side wait for more work before they sleep.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(100);

    /// <summary>The rates of each side, one per repetition; a first round is not counted.</summary>
    public static double[][] Measure(IReadOnlyList<Side> sides, int repetitions)
    {
        var rates = sides.Select(_ => new double[repetitions]).ToArray();
        for (var repetition = -1; repetition < repetitions; repetition++)
            for (var i = 0; i < sides.Count; i++)
            {
                Thread.Sleep(Settling);
                var rate = sides[i].Rate();
                if (repetition >= 0)
                    rates[i][repetition] = rate;
            }
        return rates;
    }

    /// <summary>The fastest of several ways in which a peer can do the work: it is compared at its best.</summary>
    public static Side Fastest(params Side[] ways)
    {
        var rates = Measure(ways, 2);
        var best = ways.Index().MaxBy(way => rates[way.Index].Max()).Item;
        foreach (var way in ways.Where(way => way != best))
            way.Dispose();
        return best;
    }
}
