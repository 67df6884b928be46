namespace GpuQuant.Experiments;

/// <summary>A line of a benchmark table: some work, ours beside a peer's.</summary>
/// <param name="Work">What is measured: <c>train-resnet20</c>.</param>
/// <param name="Ours">Our value, a median.</param>
/// <param name="Peer">The peer's, of the same run.</param>
/// <param name="PeerName">Who that is: <c>libtorch, channels last</c>. What follows the first comma says how it did the work.</param>
/// <param name="Unit">What the values count: images/s.</param>
/// <param name="Ratio">Above 1: we are better.</param>
/// <param name="Device">The machine and what of it was used.</param>
/// <param name="Commit">The source's commit; empty if the build has none.</param>
/// <param name="Date">The day.</param>
public sealed record BenchmarkRow(
    string Work, double Ours, double Peer, string PeerName, string Unit, double Ratio, string Device, string Commit, DateOnly Date);
