using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using GpuQuant.Training;

namespace GpuQuant.Tests.Training;

/// <summary>A small training into a folder: 300 samples in steps of 64, so that the last step of an epoch takes 44.</summary>
internal sealed record TrainingRun(TemporaryFolder Folder, Graph Graph)
{
    public const int Samples = 300, Batch = 64, Steps = 5;

    /// <summary>A net whose checkpoint holds running statistics beside weights, and which draws in training.</summary>
    public static readonly Graph Normalized = TestModels.Build(new Shape(28, 28, 1), (b, x) =>
    {
        var start = b.Relu(b.BatchNorm(b.Conv2D(x, 4, kernel: 3, stride: 4)));
        var branch = b.Dropout(b.Conv2D(start, 4, kernel: 3, l2: 1e-3f), 0.5f);
        return b.Softmax(b.Dense(b.Flatten(b.Add(start, branch)), 10));
    });

    public static readonly Graph Lenet = new Lenet1().Build(new Shape(28, 28, 1), 10);

    public static readonly TrainingOptions Options = new() { Epochs = 3, BatchSize = Batch, Seed = 5 };

    public string CheckpointPath => Folder.File("checkpoint.safetensors");

    public string ModelPath => Folder.File(SavedModel.FileName);

    public Trainer Open(Backend backend, TrainingOptions options, ulong? modelSeed = null) => new(
        backend, Model.Initialize(Graph, modelSeed ?? options.Seed), Glyphs.Training(Samples), Preprocessing.UnitRange, options,
            CheckpointPath);

    /// <summary>Trains to the end, or until the watcher stops it, and writes the model.</summary>
    public Model Finish(Backend backend, TrainingOptions options, Watcher? watcher = null)
    {
        using var trainer = Open(backend, options);
        var model = trainer.Run(watcher, watcher?.Token ?? TestContext.Current.CancellationToken);
        new SavedModel(new ModelCard("glyphs", "net", "standard", options.Seed, options.Epochs), model, Preprocessing.UnitRange)
            .Write(Folder.Path);
        return model;
    }

    /// <summary>The bytes of checkpoint and model.</summary>
    public byte[] Bytes() => [.. File.ReadAllBytes(CheckpointPath), .. File.ReadAllBytes(ModelPath)];
}
