using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Training.Rules;

namespace GpuQuant.Training.Strategies;

/// <summary>
/// Quantization-aware training as the study does it: a float phase, then fake-quantizers inserted (<see cref="FakeQuantizers"/>) and the
/// net trained on with them, with an optimizer that starts anew. The model it gives has its fake-quantizers active.
/// </summary>
/// <example><c>new QatStrategy { FloatEpochs = 20, Schedule = new() { FreezeRangesAfter = 15 } }</c></example>
public sealed record QatStrategy : ITrainingStrategy
{
    private const string FloatPhase = "float", QuantizedPhase = "quantized";

    /// <inheritdoc/>
    public string Name => "qat";

    /// <inheritdoc/>
    public string Description => "float training, then fake-quantizers inserted and trained on";

    /// <summary>Epochs of the float phase; 0 goes without one, null takes as many as the quantized phase has (0 for a trained start).</summary>
    public int? FloatEpochs { get; init; }

    /// <summary>
    /// Epochs without a gain after which the second phase ends, where there is a validation split and the options name no
    /// <see cref="TrainingOptions.EarlyStopping"/>; null: it takes all its epochs.
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>Whether the model to train is a trained one: it needs no float phase, and can teach.</summary>
    public bool StartsTrained { get; init; }

    /// <summary>How weights and activations are quantized.</summary>
    public QatOptions Quantization { get; init; } = QatOptions.Tflite8;

    /// <summary>Whether batch normalizations are folded into the convolutions before them in training (<see cref="FoldedConv2DOp"/>).</summary>
    public bool FoldsBatchNorm { get; init; }

    /// <summary>What changes in the course of the quantized phase.</summary>
    public PhaseSchedule Schedule { get; init; } = PhaseSchedule.Plain;

    /// <summary>The share of the float phase's model in the quantized phase's loss (<see cref="Distillation"/>); 0: labels alone.</summary>
    public float DistillationShare { get; init; }

    /// <summary>The temperature of the distillation.</summary>
    public float DistillationTemperature { get; init; } = 2;

    /// <inheritdoc/>
    string ITrainingStrategy.Identity => ToString();

    /// <inheritdoc/>
    public ITrainingStrategy For(TrainingSchedule schedule) => this with
    {
        FloatEpochs = FloatEpochs ?? (StartsTrained ? 0 : schedule.FloatEpochs),
        Patience = Patience ?? schedule.QuantizedPatience,
    };

    /// <inheritdoc/>
    public int TotalEpochs(TrainingOptions options) => FloatEpochsFor(options) + options.Epochs;

    /// <inheritdoc/>
    public void Validate(TrainingOptions options)
    {
        options.Validate();
        Schedule.Validate(options.Epochs);
        if (FloatEpochs < 0)
            throw new UsageException($"{FloatEpochs} float epochs were asked for; give 0 to go without a float phase, or more.");
        if (DistillationShare == 0)
            return;
        Distillation.Validate(DistillationShare, DistillationTemperature);
        if (FloatEpochs == 0 && !StartsTrained)
            throw new UsageException("Distillation learns from the model of the float phase, and 0 float epochs were asked for; "
                + "ask for at least 1, or train without distillation.");
    }

    /// <inheritdoc/>
    public Model Train(Model model, TrainingOptions options, Func<TrainingPhase, Model> fit)
    {
        Validate(options);
        var floatEpochs = FloatEpochsFor(options);
        var trained = floatEpochs == 0 ? model : fit(new TrainingPhase(FloatPhase, model, options with { Epochs = floatEpochs }));
        var quantized = FakeQuantizers.Insert(trained, Quantization);
        var start = FoldsBatchNorm ? FoldedConvolutions.Insert(quantized) : quantized;
        return fit(new TrainingPhase(QuantizedPhase, start, options.WithPatience(Patience))
        {
            EpochsBefore = floatEpochs,
            Schedule = Schedule,
            Batches = DistillationShare == 0 ? [] : [new Distillation(trained, DistillationShare, DistillationTemperature)],
        });
    }

    private int FloatEpochsFor(TrainingOptions options) => FloatEpochs ?? (StartsTrained ? 0 : options.Epochs);
}
