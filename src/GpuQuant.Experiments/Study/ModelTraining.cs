using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Training;
using GpuQuant.Training.Strategies;

namespace GpuQuant.Experiments;

/// <summary>Trains a named net on a named data set into a folder: checkpoints while it runs, the model when it is done.</summary>
/// <param name="Source">The data set.</param>
/// <param name="Architecture">The net.</param>
/// <param name="Strategy">How it is trained.</param>
/// <param name="Options">Epochs, batch size, optimizer, seed.</param>
public sealed record ModelTraining(IDataSource Source, IArchitecture Architecture, ITrainingStrategy Strategy, TrainingOptions Options)
{
    /// <summary>A trained model to go on from; null: the net with its first parameters.</summary>
    public SavedModel? Start { get; init; }

    /// <summary>What tells it from others of the same strategy, shown behind its name: <c>rate=0.001</c>; null: nothing.</summary>
    public string? Variant { get; init; }

    /// <summary>The data set's own options for a strategy: the study's, or those that suit an embedded set.</summary>
    public static TrainingOptions Defaults(IDataSource source, ITrainingStrategy strategy)
    {
        var schedule = source.Schedule;
        var options = new TrainingOptions
        {
            Epochs = schedule.Epochs,
            BatchSize = schedule.BatchSize,
            Validation = schedule.Validation,
            Keep = schedule.Validation > 0 ? Keep.Best : Keep.Last,
        };
        return strategy.Adapt(options, schedule);
    }

    /// <summary>The card of the model this training makes; one that ends early has fewer epochs.</summary>
    public ModelCard Card => new(
        Source.Name, Architecture.Name, Variant is null ? Strategy.Name : $"{Strategy.Name}[{Variant}]", Options.Seed,
        Strategy.TotalEpochs(Options) + (Start?.Card.Epochs ?? 0));

    /// <summary>Trains, or goes on from the folder's checkpoint, and writes the model; returns it.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="data">The training set.</param>
    /// <param name="test">The test set, for <see cref="Keep.BestOnTest"/>; otherwise not looked at and may be null.</param>
    /// <param name="folder">Receives <c>model.safetensors</c> and the checkpoint of each phase.</param>
    /// <param name="observer">Told of every step.</param>
    /// <param name="cancellation">Stops after the current step.</param>
    public SavedModel Run(Backend backend, IDataset data, IDataset? test, string folder, ITrainingObserver? observer = null,
        CancellationToken cancellation = default)
    {
        Strategy.Validate(Options);
        Strategy.Check(data);
        // A mean image is the first training set's: what a model has learned to see stays as it is when samples are added.
        var preprocessing = Start?.Preprocessing ?? Source.PreprocessingFor(data);
        var graph = Architecture.Build(data.SampleShape, data.Classes);
        var epochs = Start?.Card.Epochs ?? 0;
        var model = Strategy.Train(Start is null ? Model.Initialize(graph, Options.Seed) : Started(Start, graph), Options, phase =>
        {
            using var trainer = new Trainer(backend, phase, data, preprocessing,
                Path.Combine(folder, $"{phase.Name}.checkpoint.safetensors"), $"{Strategy.Name} {phase.Name}", test);
            var trained = trainer.Run(observer, cancellation);
            epochs += trainer.Epoch; // fewer than planned where it ended early
            return trained;
        });
        var saved = new SavedModel(Card with { Epochs = epochs }, model, preprocessing);
        saved.Write(folder);
        return saved;
    }

    private Model Started(SavedModel start, Graph graph) => GraphJson.Write(start.Model.Graph) == GraphJson.Write(graph)
        ? start.Model
        : throw new UsageException($"The model to go on from is {start.Card.Architecture} on {start.Card.Dataset} ({start.Card.Strategy}, "
            + $"{start.Card.Quantizer}); expected a float {Architecture.Name} for {Source.Name}, without fake-quantizers.");
}
