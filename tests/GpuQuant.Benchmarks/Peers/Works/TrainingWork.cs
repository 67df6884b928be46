namespace GpuQuant.Peers.Works;

/// <summary>A training step (forward, loss, backward, Adam) against libtorch's eager mode in the memory layout that is faster for it.</summary>
internal sealed class TrainingWork(PeerNet net) : IWork
{
    public string Name => $"train-{net.Name}";

    public bool NeedsTorch => true;

    public IEnumerable<Comparison> Run(PeersOptions options, Action<string> log)
    {
        var torch = Alternation.Fastest(
            TorchTraining.Side(net, new(IsChannelsLast: false, HasExactPadding: false)),
            TorchTraining.Side(net, new(IsChannelsLast: true, HasExactPadding: false)));
        return Comparison.Of(Name, "images/s", options.Repetitions, Ours(net, options.Threads), torch);
    }

    /// <summary>Our step as a side.</summary>
    public static Side Ours(PeerNet net, int threads)
    {
        var ours = OurNet.Training(net, threads);
        return Side.Of("ours", net.Batch, ours.Program.Run, ours);
    }
}
