using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>
/// Does the runs on this machine: one after the other in this process, or several at a time in worker processes that start this program
/// again. A worker that dies is replaced and its run tried again, from its last checkpoint.
/// </summary>
public sealed class LocalLauncher : ILauncher
{
    /// <summary>How often a run is tried whose worker dies.</summary>
    public const int Attempts = 3;

    /// <summary>The number of worker processes; 1: this process itself. The cores are shared out evenly.</summary>
    public int Workers { get; init; } = 1;

    /// <inheritdoc/>
    public IReadOnlyList<RunFailure> Launch(SweepPlan plan, IReadOnlyList<SweepRun> runs, CancellationToken cancellation)
    {
        if (Workers < 1)
            throw new UsageException($"{Workers} workers were asked for; at least 1 is needed.");
        return Workers == 1
            ? OneByOne(plan, runs, cancellation)
            : new WorkerPool(plan, Math.Min(Workers, runs.Count)).Run(runs, cancellation);
    }

    private static List<RunFailure> OneByOne(SweepPlan plan, IReadOnlyList<SweepRun> runs, CancellationToken cancellation)
    {
        var failures = new List<RunFailure>();
        foreach (var run in runs)
        {
            if (run.Execute(cancellation) is not { } failure)
                continue;
            failures.Add(failure);
            if (plan.Sweep.FailFast)
                break;
        }
        return failures;
    }
}
