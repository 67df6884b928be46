using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Strategies;

/// <summary>
/// What the study's published code does for CIFAR-10 where its text says quantization-aware training: it makes the fake-quantized net and
/// then goes on training the float one. The schedule of <see cref="QatStrategy"/>, with no fake-quantizer.
/// </summary>
public sealed record QatAsPublishedStrategy : ITrainingStrategy
{
    /// <inheritdoc/>
    public string Name => "qat-as-published";

    /// <inheritdoc/>
    public string Description => "float training, then float training again, as the study's published code does in place of qat";

    /// <summary>Epochs of the first phase; null takes as many as the second has.</summary>
    public int? FloatEpochs { get; init; }

    /// <summary>
    /// Epochs without a gain after which the second phase ends, where there is a validation split and the options name no
    /// <see cref="TrainingOptions.EarlyStopping"/>; null: it takes all its epochs.
    /// </summary>
    public int? Patience { get; init; }

    /// <inheritdoc/>
    string ITrainingStrategy.Identity => ToString();

    /// <inheritdoc/>
    public ITrainingStrategy For(TrainingSchedule schedule) =>
        this with { FloatEpochs = FloatEpochs ?? schedule.FloatEpochs, Patience = Patience ?? schedule.QuantizedPatience };

    /// <inheritdoc/>
    public int TotalEpochs(TrainingOptions options) => (FloatEpochs ?? options.Epochs) + options.Epochs;

    /// <inheritdoc/>
    public void Validate(TrainingOptions options)
    {
        options.Validate();
        if (FloatEpochs < 1)
            throw new UsageException($"{FloatEpochs} float epochs were asked for; at least 1 is needed.");
    }

    /// <inheritdoc/>
    public Model Train(Model model, TrainingOptions options, Func<TrainingPhase, Model> fit)
    {
        Validate(options);
        var first = options with { Epochs = FloatEpochs ?? options.Epochs };
        var trained = fit(new TrainingPhase("float", model, first));
        return fit(new TrainingPhase("float-again", trained, options.WithPatience(Patience)) { EpochsBefore = first.Epochs });
    }
}
