namespace GpuQuant.Peers.Works;

/// <summary>Our own work on all threads, against itself on one.</summary>
/// <param name="name">Which work.</param>
/// <param name="unit">What is counted.</param>
/// <param name="side">The work on so many threads.</param>
internal sealed class ThreadsWork(string name, string unit, Func<int, Side> side) : IWork
{
    public string Name => $"threads-{name}";

    public bool NeedsTorch => false;

    public IEnumerable<Comparison> Run(PeersOptions options, Action<string> log) =>
        Comparison.Of(Name, unit, options.Repetitions, side(options.Threads), side(1) with { Name = "ours, 1 thread" });
}
