using GpuQuant.Training;

namespace GpuQuant.Tests.Training;

/// <summary>Keeps what a training tells, and may stop it after some steps.</summary>
internal sealed class Watcher(int stopAfter = int.MaxValue) : ITrainingObserver, IDisposable
{
    private readonly CancellationTokenSource _source = new();

    public List<TrainingProgress> Steps { get; } = [];

    public List<(TrainingProgress Progress, double? Accuracy)> Epochs { get; } = [];

    public CancellationToken Token => _source.Token;

    public void OnStep(in TrainingProgress progress)
    {
        Steps.Add(progress);
        if (Steps.Count == stopAfter)
            _source.Cancel();
    }

    public void OnEpoch(in TrainingProgress progress, double? validationAccuracy) => Epochs.Add((progress, validationAccuracy));

    public void Dispose() => _source.Dispose();
}
