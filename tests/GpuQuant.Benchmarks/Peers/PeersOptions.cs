namespace GpuQuant.Peers;

/// <summary>How to measure.</summary>
/// <param name="Repetitions">Turns of each side.</param>
/// <param name="Threads">Threads of each side.</param>
/// <param name="DataDirectory">The folder of the data sets, for the convergence.</param>
internal sealed record PeersOptions(int Repetitions, int Threads, string DataDirectory);
