using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>Runs of a sweep failed; thrown when the others are done, whose results it holds. Exit code 1.</summary>
public sealed class SweepException : GpuQuantException
{
    private readonly Lazy<Results> _results;

    internal SweepException(IReadOnlyList<RunFailure> failures, SweepPlan plan) : base(Sentence(failures, plan.Runs.Count))
    {
        Failures = failures;
        var files = plan.Runs.SelectMany(run => run.Files).ToArray();
        _results = new(() => Experiments.Results.Of(files));
    }

    /// <inheritdoc/>
    public override int ExitCode => 1;

    /// <summary>What failed.</summary>
    public IReadOnlyList<RunFailure> Failures { get; }

    /// <summary>What the other runs found.</summary>
    public Results Results => _results.Value;

    private static string Sentence(IReadOnlyList<RunFailure> failures, int runs) =>
        $"{failures.Count} of {runs} runs failed; what the others found is kept, and the same command tries these again:"
        + string.Concat(failures.Select(failure => $"\n  {failure.Title} ({failure.Path}): {failure.Reason}"));
}
