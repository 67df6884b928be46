using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Tests.Support;

/// <summary>Nets trained for a few seconds on drawn digits, once for all tests.</summary>
internal static class TrainedNets
{
    private static readonly Dictionary<string, Lazy<Model>> Models = new()
    {
        ["lenet1"] = new(() => Train(new Lenet1(), 3000)),
        ["lenet5"] = new(() => Train(new Lenet5(), 1500)),
    };

    public static Model Get(string architecture) => Models[architecture].Value;

    private static Model Train(IArchitecture architecture, int samples)
    {
        using var backend = new CpuBackend();
        var data = Glyphs.Training(samples);
        var model = Model.Initialize(architecture.Build(new Shape(28, 28, 1), 10), 1);
        using var trainer = new Trainer(backend, model, data, Preprocessing.UnitRange,
            new TrainingOptions { Epochs = 3, BatchSize = 32, Seed = 1, Optimizer = new Adam { LearningRate = 3e-3f } });
        return trainer.Run(cancellation: TestContext.Current.CancellationToken);
    }
}
