namespace GpuQuant.Training;

/// <summary>How far a training is.</summary>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Step">Steps done in this epoch.</param>
/// <param name="Steps">Steps per epoch.</param>
/// <param name="Loss">The mean loss of the epoch so far, in nats.</param>
/// <param name="Accuracy">The share of correct training samples in the epoch so far, 0 to 1.</param>
/// <param name="Samples">Samples seen since this process began to train.</param>
/// <param name="Elapsed">Time since then.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, int Step, int Steps, double Loss, double Accuracy, long Samples, TimeSpan Elapsed);

/// <summary>Watches a training: a progress bar, a log. It must not change anything; it is called after every step.</summary>
public interface ITrainingObserver
{
    /// <summary>A step is done.</summary>
    void OnStep(in TrainingProgress progress);

    /// <summary>An epoch is done; the validation accuracy is null without a validation split.</summary>
    void OnEpoch(in TrainingProgress progress, double? validationAccuracy);
}
