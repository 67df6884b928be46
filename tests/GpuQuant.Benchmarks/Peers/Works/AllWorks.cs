using GpuQuant.Quantization;
using GpuQuant.Numerics;

namespace GpuQuant.Peers.Works;

/// <summary>Everything that can be compared.</summary>
internal static class AllWorks
{
    private const int ThreadsGemm = 2048;

    /// <summary>All works that are run unless some are named; the convergence is none of them.</summary>
    public static IReadOnlyList<IWork> Default { get; } =
    [
        new GemmWork(1024), new GemmWork(2048),
        .. PeerNet.All.Select(net => new TrainingWork(net)),
        .. PeerNet.All.Select(net => new InferenceWork(net)),
        .. PeerNet.All.Select(net => new IntegerWork(net)),
        .. PeerNet.All.Select(net => new QatWork(net, model => FakeQuantizers.Insert(model))),
        .. Threads(),
        new MemoryWork(PeerNet.All.Single(net => net.Name == "resnet20")),
    ];

    /// <summary>The works of some names, each a work or a group: <c>train</c>, <c>train-nin</c>.</summary>
    /// <exception cref="UsageException">There is none of that name.</exception>
    public static IReadOnlyList<IWork> Named(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            return Default;
        IWork[] all = [.. Default, new ConvergenceWork()];
        return [.. names.SelectMany(Named).Distinct()];

        IWork[] Named(string name) => all.Where(work => work.Name == name || Group(work) == name).ToArray() is { Length: > 0 } found
            ? found
            : throw new UsageException($"Unknown work '{name}'. Known: "
                + $"{string.Join(", ", all.Select(Group).Concat(all.Select(work => work.Name)).Distinct())}.");
    }

    private static IEnumerable<IWork> Threads() =>
    [
        new ThreadsWork($"gemm-{ThreadsGemm}", "GFLOP/s",
            threads => GemmWork.Ours(ThreadsGemm, 2e-9 * ThreadsGemm * ThreadsGemm * ThreadsGemm, threads)),
        .. PeerNet.All.Select(net => new ThreadsWork($"train-{net.Name}", "images/s", threads => TrainingWork.Ours(net, threads))),
        .. PeerNet.All.Select(net => new ThreadsWork($"infer-{net.Name}", "images/s", threads => InferenceWork.Ours(net, threads))),
    ];

    private static string Group(IWork work) => work.Name.Split('-')[0];
}
