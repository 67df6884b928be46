using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;
using GpuQuant.Training;

namespace GpuQuant.Tests.Training;

/// <summary>What a phase's schedule changes in its layers, epoch by epoch, and that a kill between changes leaves no trace.</summary>
public class PhaseScheduleTests
{
    private static readonly PhaseSchedule Full = new() { QuantizeAfter = 1, FreezeRangesAfter = 2, FreezeBatchNormAfter = 3 };

    private static readonly TrainingOptions Options = TrainingRun.Options with { Epochs = 4 };

    [Fact]
    public void Run_QuantizeLater_TrainsInFloatUntilThenAndWatchesRanges()
    {
        var start = Model.Initialize(TrainingRun.Normalized, 1);
        var (plain, watching) = (AfterAnEpoch(start), AfterAnEpoch(FakeQuantizers.Insert(start)));
        Assert.All(plain, p => Assert.Equal(p.Value.Span<float>().ToArray(), watching[p.Key].Span<float>().ToArray()));
        Assert.All(watching.Where(p => !plain.ContainsKey(p.Key)), p => Assert.True(p.Value.Span<float>()[1] > 0, p.Key));
        Assert.Equal(4, watching.Count - plain.Count);

        static ParameterSet AfterAnEpoch(Model model)
        {
            using var folder = new TemporaryFolder();
            using var backend = new CpuBackend(2);
            using var trainer = Open(backend, model, new PhaseSchedule { QuantizeAfter = 1 }, folder.File("c"), Options);
            using var watcher = new Watcher(stopAfter: TrainingRun.Steps + 1);
            Assert.ThrowsAny<OperationCanceledException>(() => trainer.Run(watcher, watcher.Token));
            return Parameters(folder.File("c"));
        }
    }

    [Fact]
    public void Run_FrozenRangesAndBatchNorms_StayAsTheyWere()
    {
        using var folder = new TemporaryFolder();
        var states = Enumerable.Range(1, 4).Select(epochs => After(epochs, folder.File($"{epochs}"))).ToArray();
        string[] ranges = [.. states[0].Keys.Where(name => name.EndsWith("/range", StringComparison.Ordinal))];
        string[] statistics = ["batch_norm1/mean", "batch_norm1/variance"];
        Assert.Equal(4, ranges.Length);
        // The first is the input's, whose every batch reaches from 0 to 1.
        Assert.All(ranges[1..], name => Assert.NotEqual(Values(0, name), Values(1, name)));
        Assert.All(ranges, name => Assert.Equal(Values(1, name), Values(3, name)));
        Assert.All(statistics, name => Assert.NotEqual(Values(1, name), Values(2, name)));
        Assert.All(statistics, name => Assert.Equal(Values(2, name), Values(3, name)));
        Assert.All(["batch_norm1/gamma", "conv1/kernel"], name => Assert.NotEqual(Values(2, name), Values(3, name)));

        float[] Values(int state, string name) => states[state][name].Span<float>().ToArray();

        static ParameterSet After(int epochs, string path)
        {
            using var backend = new CpuBackend(2);
            using var trainer = Open(backend, Start, Full, path, Options);
            using var watcher = new Watcher(stopAfter: epochs * TrainingRun.Steps + 1);
            if (epochs == Options.Epochs)
                return trainer.Run(watcher, watcher.Token).Parameters;
            Assert.ThrowsAny<OperationCanceledException>(() => trainer.Run(watcher, watcher.Token));
            return Parameters(path);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(10)]
    [InlineData(13)]
    [InlineData(16)]
    public void Run_StoppedInAnySegmentAndStartedAgain_GivesTheUninterruptedBytes(int steps)
    {
        using var folder = new TemporaryFolder();
        using var backend = new CpuBackend(2);
        Finish(folder.File("whole"), null);
        using (var watcher = new Watcher(stopAfter: steps))
            Assert.ThrowsAny<OperationCanceledException>(() => Finish(folder.File("broken"), watcher));
        Finish(folder.File("broken"), null);
        Assert.Equal(File.ReadAllBytes(folder.File("whole")), File.ReadAllBytes(folder.File("broken")));

        void Finish(string path, Watcher? watcher)
        {
            using var trainer = Open(backend, Start, Full, path, Options);
            trainer.Run(watcher, watcher?.Token ?? TestContext.Current.CancellationToken);
        }
    }

    /// <summary>With statistics that stand still, a step's loss is that of the net as it is evaluated.</summary>
    [Fact]
    public void Step_OfFrozenBatchNorms_HasTheLossOfEvaluation()
    {
        var graph = TestModels.Build(new Shape(28, 28, 1), (b, x) =>
            b.Softmax(b.Dense(b.Flatten(b.Relu(b.BatchNorm(b.Conv2D(x, 4, kernel: 3, stride: 4)))), 10)));
        var model = TestModels.Random(graph, 3, 0.1);
        using var backend = new CpuBackend(2);
        using var trainer = Open(backend, model, new PhaseSchedule { FreezeBatchNormAfter = 0 }, null, TrainingRun.Options with { Epochs = 1 });
        var loss = 0.0;
        using (var watcher = new Watcher(stopAfter: 1))
        {
            Assert.ThrowsAny<OperationCanceledException>(() => trainer.Run(watcher, watcher.Token));
            loss = watcher.Steps[0].Loss;
        }
        var order = new int[TrainingRun.Samples];
        EpochOrder.Write([.. Enumerable.Range(0, TrainingRun.Samples)], order, TrainingRun.Options.Seed, 0);
        using var predictor = new GpuQuant.Models.Predictor(backend, model, Preprocessing.UnitRange);
        var all = Glyphs.Training(TrainingRun.Samples);
        var probabilities = predictor.Run<float>(all);
        var expected = order.Take(TrainingRun.Batch).Average(i => -Math.Log(probabilities[i * 10 + all.Label(i)]));
        Assert.Equal(expected, loss, 1e-4);
    }

    [Fact]
    public void Validate_ChangesOutsideThePhase_AreRefused()
    {
        Full.Validate(4);
        Assert.Equal("Batch normalization was to be frozen after 3 epochs of a phase of 3; give a number from 0 to 2.",
            Assert.Throws<UsageException>(() => Full.Validate(3)).Message);
        Assert.Equal("Quantization was to begin after -1 epochs of a phase of 3; give a number from 0 to 2.",
            Assert.Throws<UsageException>(() => new PhaseSchedule { QuantizeAfter = -1 }.Validate(3)).Message);
        PhaseSchedule.Plain.Validate(1);
    }

    private static Model Start => FakeQuantizers.Insert(Model.Initialize(TrainingRun.Normalized, 1));

    private static Trainer Open(CpuBackend backend, Model model, PhaseSchedule schedule, string? path, TrainingOptions options) => new(
        backend, new TrainingPhase("quantized", model, options) { Schedule = schedule }, Glyphs.Training(TrainingRun.Samples),
        Preprocessing.UnitRange, path);

    private static ParameterSet Parameters(string checkpoint) => new(SafetensorsFile.Read(checkpoint, content => content.Tensors
        .Where(t => t.Key.StartsWith("parameters/", StringComparison.Ordinal)).ToDictionary(t => t.Key["parameters/".Length..], t => t.Value)));
}
