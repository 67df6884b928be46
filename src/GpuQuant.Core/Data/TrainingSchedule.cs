namespace GpuQuant.Data;

/// <summary>How long nets are trained on a data set unless the user says otherwise: the study's numbers.</summary>
/// <param name="Epochs">Passes over the training set.</param>
/// <param name="BatchSize">Samples per step.</param>
/// <param name="Validation">
/// The share of the training set that is kept apart; the epoch that does best on it is kept. 0: the last epoch is kept.
/// </param>
public sealed record TrainingSchedule(int Epochs, int BatchSize, double Validation = 0)
{
    /// <summary>Epochs in float before quantization-aware training.</summary>
    public int FloatEpochs { get; init; } = Epochs;

    /// <summary>
    /// Epochs without a gain in validation accuracy after which quantization-aware training, or what stands in its place, ends; null: it
    /// takes all its epochs.
    /// </summary>
    public int? QuantizedPatience { get; init; }

    /// <summary>Further epochs when a trained net is trained again with inputs added; the study has 5, for cifar10 10.</summary>
    public int RetrainingEpochs { get; init; } = 5;

    /// <summary>Whether the samples are texts: strategies that have a form for texts then take it.</summary>
    public bool IsText { get; init; }

    /// <summary>The attack of adversarial training on images.</summary>
    public AttackSchedule Attack { get; init; } = AttackSchedule.Photographs;

    /// <summary>The schedule with exactly as many epochs in every phase, and no more in retraining; null leaves it as it is.</summary>
    public TrainingSchedule With(int? epochs) => epochs is { } all
        ? this with { Epochs = all, FloatEpochs = all, QuantizedPatience = null, RetrainingEpochs = Math.Min(all, RetrainingEpochs) }
        : this;
}
