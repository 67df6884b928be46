using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Data.Drawn;
using GpuQuant.Experiments;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Attacks;
using GpuQuant.Training.Optimizers;
using GpuQuant.Training.Rules;
using GpuQuant.Training.Strategies;

namespace GpuQuant.Tests.Training;

/// <summary>What every strategy of the catalogue must do, and variants of those that have settings.</summary>
public class StrategyConformanceTests
{
    private static readonly Dictionary<string, ITrainingStrategy> Strategies = Catalog.All<ITrainingStrategy>()
        .Select(strategy => KeyValuePair.Create(strategy.Name, strategy))
        .Append(new("qat, scheduled and taught", new QatStrategy
        {
            FloatEpochs = 1,
            Schedule = new() { QuantizeAfter = 1, FreezeRangesAfter = 2, FreezeBatchNormAfter = 1 },
            DistillationShare = 0.5f,
        }))
        .Append(new("qat, w4a4 lsq, later", new QatStrategy
        {
            FloatEpochs = 1,
            Quantization = QatOptions.Parse("w4a4 lsq"),
            Schedule = new() { QuantizeAfter = 1 },
        }))
        .Append(new("qat, folded", new QatStrategy { FloatEpochs = 1, FoldsBatchNorm = true, Schedule = new() { FreezeBatchNormAfter = 2 } }))
        // Four pixels are too many for so short a training of so small a net.
        .Concat(Catalog.All<BatchRule>().Select(rule => rule is CropRule crop ? crop with { Padding = 1 } : rule)
            .Select(rule => new ComposedStrategy(new StandardStrategy(), [rule]))
            .Select(strategy => KeyValuePair.Create<string, ITrainingStrategy>(strategy.Name, strategy)))
        .Append(new("adversarial+mixup+smoothing+qat", StrategyCatalog.Get("adversarial+mixup+smoothing+qat")))
        .Append(new("adversarial, l2", new ComposedStrategy(new StandardStrategy(),
            [new AdversarialRule { Attack = new(1, 0.5f, 2) { Norm = AttackNorm.L2 }, Share = 0.3 }])))
        .Append(new("qat without a float phase", new QatStrategy { FloatEpochs = 0 }))
        .ToDictionary();

    public static TheoryData<string> Names => [.. Strategies.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Train_AgainOnOtherThreadsOrStoppedAnywhere_GivesTheSameBytes(string name)
    {
        using var folder = new TemporaryFolder();
        var strategy = Strategies[name];
        var epochs = strategy.TotalEpochs(TrainingRun.Options);
        var expected = Train(strategy, 2, folder.File("whole"));
        Assert.Equal(expected, Train(strategy, 3, folder.File("again")));
        // In the middle of each epoch in turn, in one and the same folder.
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            using var watcher = new Watcher(stopAfter: epoch == 0 ? 3 : TrainingRun.Steps + 1);
            Assert.ThrowsAny<OperationCanceledException>(() => Train(strategy, 2, folder.File("broken"), watcher));
            Assert.False(File.Exists(Path.Combine(folder.File("broken"), SavedModel.FileName)));
        }
        Assert.Equal(expected, Train(strategy, 2, folder.File("broken")));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Train_Glyphs_Learns(string name)
    {
        using var folder = new TemporaryFolder();
        using var backend = new CpuBackend(2);
        using var watcher = new Watcher();
        var options = TrainingRun.Options with { Epochs = 6, BatchSize = 32, Optimizer = new Adam { LearningRate = 5e-3f } };
        (Open(Strategies[name]) with { Options = options }).Run(backend, Glyphs.Training(TrainingRun.Samples), null, folder.Path, watcher, watcher.Token);
        Assert.Equal(Strategies[name].TotalEpochs(options), watcher.Epochs.Count);
        var accuracy = watcher.Epochs[^1].Progress.Accuracy;
        Assert.True(accuracy > 0.5, $"{accuracy}; a tenth is chance");
    }

    [Fact]
    public void Identity_OfEveryStrategy_IsItsOwn() =>
        Assert.Equal(Strategies.Count, Strategies.Values.Select(strategy => strategy.Identity).Distinct().Count());

    private static byte[] Train(ITrainingStrategy strategy, int threads, string path, Watcher? watcher = null)
    {
        using var backend = new CpuBackend(threads);
        Open(strategy).Run(backend, Glyphs.Training(TrainingRun.Samples), null, path, watcher,
            watcher?.Token ?? TestContext.Current.CancellationToken);
        return [.. Directory.GetFiles(path).Order(StringComparer.Ordinal).SelectMany(File.ReadAllBytes)];
    }

    private static ModelTraining Open(ITrainingStrategy strategy) => new(new GlyphsSource(), new SmallNet(), strategy, TrainingRun.Options);

    /// <summary>With running statistics, dropout and a sum.</summary>
    private sealed class SmallNet : IArchitecture
    {
        public string Name => "small";

        public string Description => "for tests";

        public Graph Build(GpuQuant.Numerics.Shape input, int classes) => TrainingRun.Normalized;
    }
}
