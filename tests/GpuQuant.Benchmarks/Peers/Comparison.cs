using GpuQuant.Experiments;

namespace GpuQuant.Peers;

/// <summary>Some work, done by us and by a peer.</summary>
/// <param name="Work">What: <c>train-resnet20</c>.</param>
/// <param name="PeerName">Who the peer is, and how it did the work where it had a choice.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Ours">Our values, one per repetition.</param>
/// <param name="Peer">The peer's values, of the same repetitions.</param>
/// <param name="IsLessBetter">Whether the smaller value wins: memory.</param>
internal sealed record Comparison(string Work, string PeerName, string Unit, double[] Ours, double[] Peer, bool IsLessBetter = false)
{
    public double OursMedian => Timing.Median(Ours);

    public double PeerMedian => Timing.Median(Peer);

    /// <summary>The ratio of the medians, above 1 where we are better.</summary>
    public double Ratio => IsLessBetter ? PeerMedian / OursMedian : OursMedian / PeerMedian;

    /// <summary>The least and the greatest ratio of a repetition.</summary>
    public (double Least, double Greatest) Spread
    {
        get
        {
            var ratios = Ours.Zip(Peer, (ours, peer) => IsLessBetter ? peer / ours : ours / peer).ToArray();
            return (ratios.Min(), ratios.Max());
        }
    }

    /// <summary>Measures ours against all peers, in turn.</summary>
    public static Comparison[] Of(string work, string unit, int repetitions, Side ours, params Side[] peers)
    {
        Side[] sides = [ours, .. peers];
        try
        {
            var rates = Alternation.Measure(sides, repetitions);
            return [.. peers.Index().Select(peer => new Comparison(work, peer.Item.Name, unit, rates[0], rates[peer.Index + 1]))];
        }
        finally
        {
            foreach (var side in sides)
                side.Dispose();
        }
    }
}
