using System.Diagnostics;
using GpuQuant.Data;
using GpuQuant.Training;

namespace GpuQuant.Experiments;

/// <summary>
/// How long trainings take: each kind of model (data set, net, strategy) is trained for an epoch of a few batches in a temporary folder.
/// </summary>
internal sealed class SweepEstimate(SweepPlan plan)
{
    private const int Batches = 16;

    private readonly Dictionary<string, double> _seconds = [];

    /// <summary>The time of the whole training of a run.</summary>
    public TimeSpan Of(SweepRun run)
    {
        var (training, train) = (run.Training, plan.DataOf(run).Train);
        var kind = $"{training.Source.Name} {training.Architecture.Name} {training.Strategy.Name} {training.Options.BatchSize}";
        if (!_seconds.TryGetValue(kind, out var perSample))
            _seconds[kind] = perSample = SecondsPerSample(training, train);
        return TimeSpan.FromSeconds(perSample * train.Count * training.Strategy.TotalEpochs(training.Options));
    }

    private double SecondsPerSample(ModelTraining training, IDataset train)
    {
        var samples = Subset.First(train, Batches * training.Options.BatchSize);
        var options = training.Options with { Epochs = 1, Validation = 0, Keep = Keep.Last, EarlyStopping = null };
        var strategy = StrategyCatalog.Get(training.Strategy.Name).For(training.Source.Schedule.With(1));
        var probe = training with { Options = options, Strategy = strategy };
        var folder = Directory.CreateTempSubdirectory("gpuquant-estimate-");
        try
        {
            // The first time compiles; the second tells.
            probe.Run(plan.Backend, samples, null, Path.Combine(folder.FullName, "first"));
            var start = Stopwatch.GetTimestamp();
            probe.Run(plan.Backend, samples, null, Path.Combine(folder.FullName, "second"));
            return Stopwatch.GetElapsedTime(start).TotalSeconds / samples.Count / strategy.TotalEpochs(options);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
