using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using GpuQuant.Training;

namespace GpuQuant.Tests.Training;

/// <summary>Which samples a training reads, and when.</summary>
public class SampleOrderTests
{
    private const int Samples = 50;

    [Fact]
    public void Run_EveryEpoch_ReadsEverySampleOnceInAnotherOrder()
    {
        var epochs = Train(validation: 0).Chunk(Samples).ToArray();
        Assert.Equal(3, epochs.Length);
        Assert.All(epochs, epoch => Assert.Equal(Enumerable.Range(0, Samples), epoch.Order()));
        Assert.NotEqual(epochs[0], epochs[1]);
        Assert.NotEqual(epochs[1], epochs[2]);
        Assert.NotEqual(epochs[0], epochs[2]);
    }

    /// <summary>40 samples to train on, then the 10 others to validate with, in each epoch the same ten.</summary>
    [Fact]
    public void Run_WithValidation_KeepsTheHeldSamplesOutOfTraining()
    {
        var epochs = Train(validation: 0.2).Chunk(Samples).ToArray();
        Assert.All(epochs, epoch => Assert.Equal(Enumerable.Range(0, Samples), epoch.Order()));
        Assert.All(epochs, epoch => Assert.Equal(epochs[0][40..], epoch[40..]));
        Assert.NotEqual(epochs[0][..40], epochs[1][..40]);
    }

    private static List<int> Train(double validation)
    {
        var data = new Recorder(Glyphs.Training(Samples));
        using var backend = new CpuBackend(1);
        using var trainer = new Trainer(backend, Model.Initialize(TrainingRun.Normalized, 1), data, Preprocessing.UnitRange,
            TrainingRun.Options with { BatchSize = 16, Validation = validation });
        trainer.Run(cancellation: TestContext.Current.CancellationToken);
        return data.Reads;
    }

    private sealed class Recorder(IDataset source) : IDataset
    {
        public List<int> Reads { get; } = [];

        public string Name => source.Name;

        public int Count => source.Count;

        public int Classes => source.Classes;

        public Shape SampleShape => source.SampleShape;

        public DType SampleType => source.SampleType;

        public int Label(int index) => source.Label(index);

        public void Read(int index, Span<byte> destination)
        {
            Reads.Add(index);
            source.Read(index, destination);
        }
    }
}
