namespace GpuQuant.Experiments;

/// <summary>Gets a sweep's runs done, in whatever processes and on whatever machines.</summary>
public interface ILauncher
{
    /// <summary>Does the runs; returns when each is finished or has failed, or, with the sweep's fail-fast, when one has failed.</summary>
    /// <param name="plan">The sweep.</param>
    /// <param name="runs">Those of its runs that are not finished.</param>
    /// <param name="cancellation">Stops after the current step.</param>
    /// <returns>What failed, in the order of the runs.</returns>
    IReadOnlyList<RunFailure> Launch(SweepPlan plan, IReadOnlyList<SweepRun> runs, CancellationToken cancellation);
}
