using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Shifts;
using GpuQuant.Tests.Support;
using GpuQuant.Training;

namespace GpuQuant.Tests.Models;

/// <summary>Whoever reads batches tells the data set which samples come next, so that slow ones are made ready meanwhile.</summary>
public class PrefetchTests
{
    private readonly Recorder _recorder = new(SmallImages.Random(5, 4, 4));

    private static readonly Model Net = Model.Initialize(
        TestModels.Build(new Shape(4, 4, 1), (b, x) => b.Softmax(b.Dense(b.Flatten(x), 10))), 1);

    [Fact]
    public void Predictor_EachBatch_AnnouncesItAndTheNext()
    {
        using var backend = new CpuBackend(1);
        using var predictor = new Predictor(backend, Net, Preprocessing.UnitRange, batch: 2);
        predictor.Run<float>(_recorder);
        Assert.Equal(["0 1 2 3", "2 3 4", "4"], _recorder.Announced);
    }

    [Fact]
    public void Trainer_EachStep_AnnouncesItAndTheNextInTheEpochsOrder()
    {
        using var backend = new CpuBackend(1);
        using var trainer = new Trainer(backend, Net, _recorder, Preprocessing.UnitRange,
            new TrainingOptions { Epochs = 1, BatchSize = 2 });
        trainer.Run(cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(3, _recorder.Announced.Count);
        var order = _recorder.Read;
        Assert.Equal(Enumerable.Range(0, 5), order.Order());
        Assert.Equal(string.Join(' ', order[..4]), _recorder.Announced[0]);
        Assert.Equal(string.Join(' ', order[2..]), _recorder.Announced[1]);
        Assert.Equal(string.Join(' ', order[4..]), _recorder.Announced[2]);
    }

    [Fact]
    public void Announcement_ThroughSubsetAndShift_ReachesTheSource()
    {
        var view = new ShiftedDataset(new Subset(_recorder, [4, 2, 0], "some"), "shifted", 0, 1, (from, ref _, to) => from.CopyTo(to));
        view.Prefetch([2, 0]);
        Assert.Equal(["0 4"], _recorder.Announced);
    }

    private sealed class Recorder(IDataset source) : IDataset
    {
        public List<string> Announced { get; } = [];

        public List<int> Read { get; } = [];

        public string Name => source.Name;

        public int Count => source.Count;

        public int Classes => source.Classes;

        public Shape SampleShape => source.SampleShape;

        public DType SampleType => source.SampleType;

        public int Label(int index) => source.Label(index);

        void IDataset.Read(int index, Span<byte> destination)
        {
            Read.Add(index);
            source.Read(index, destination);
        }

        public void Prefetch(ReadOnlySpan<int> upcoming) => Announced.Add(string.Join(' ', upcoming.ToArray()));
    }
}
