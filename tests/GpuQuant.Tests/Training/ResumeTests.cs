using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Tests.Training;

/// <summary>The same seed gives the same bytes, on any number of threads and however often the training was interrupted.</summary>
public class ResumeTests
{
    public static TheoryData<bool> Nets => [true, false];

    [Theory]
    [MemberData(nameof(Nets))]
    public void Run_SameSeedOnOtherThreads_GivesTheSameBytesAndAnotherSeedDoesNot(bool normalized)
    {
        var (first, second, other) = (Train(normalized, 2, 5), Train(normalized, 3, 5), Train(normalized, 2, 6));
        Assert.True(first.Checkpoint.AsSpan().SequenceEqual(second.Checkpoint));
        Assert.True(first.Model.AsSpan().SequenceEqual(second.Model));
        Assert.False(first.Checkpoint.AsSpan().SequenceEqual(other.Checkpoint));
        Assert.False(first.Model.AsSpan().SequenceEqual(other.Model));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 7)]
    [InlineData(false, 5)]
    [InlineData(false, 13)]
    public void Run_StoppedAfterSomeStepsAndStartedAgain_GivesTheUninterruptedBytes(bool normalized, int steps)
    {
        var expected = Train(normalized, 2, 5);
        using var folder = new TemporaryFolder();
        using var backend = new CpuBackend(2);
        var run = Start(folder, normalized);
        using (var watcher = new Watcher(stopAfter: steps))
            Assert.ThrowsAny<OperationCanceledException>(() => run.Finish(backend, TrainingRun.Options, watcher));
        Assert.False(File.Exists(run.ModelPath));
        using (var watcher = new Watcher())
        {
            run.Finish(backend, TrainingRun.Options, watcher);
            Assert.Equal(3 - steps / TrainingRun.Steps, watcher.Epochs.Count);
        }
        Assert.True(expected.Checkpoint.AsSpan().SequenceEqual(File.ReadAllBytes(run.CheckpointPath)));
        Assert.True(expected.Model.AsSpan().SequenceEqual(File.ReadAllBytes(run.ModelPath)));
    }

    private static readonly Dictionary<string, TrainingOptions> Variants = new()
    {
        ["adamw, warm-up, cosine"] = new() { Optimizer = new AdamW(), Schedule = new CosineRate { WarmupEpochs = 0.5 } },
        ["nesterov, one cycle, clipped"] = new()
        {
            Optimizer = new Sgd { Nesterov = true },
            Schedule = new OneCycleRate(),
            ClipNorm = 0.5f,
        },
        ["accumulated, clipped, averaged"] = new() { Accumulate = 2, ClipNorm = 0.5f, AverageDecay = 0.9 },
        ["averaged, best kept"] = new()
        {
            AverageDecay = 0.9,
            ClipValue = 0.01f,
            Validation = 0.1,
            Keep = Keep.Best,
            EarlyStopping = new(3),
        },
    };

    public static TheoryData<string> VariantNames => [.. Variants.Keys];

    [Theory]
    [MemberData(nameof(VariantNames))]
    public void Run_UpdatesOfAnyKindStoppedInEveryEpoch_GivesTheUninterruptedBytes(string variant)
    {
        var options = Variants[variant] with { Epochs = 3, BatchSize = TrainingRun.Batch, Seed = 5 };
        using var whole = new TemporaryFolder();
        using var broken = new TemporaryFolder();
        using var backend = new CpuBackend(2);
        using var otherThreads = new CpuBackend(3);
        var (expected, run) = (Start(whole, true), Start(broken, true));
        expected.Finish(otherThreads, options);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            using var watcher = new Watcher(stopAfter: epoch == 0 ? 3 : TrainingRun.Steps + 2);
            Assert.ThrowsAny<OperationCanceledException>(() => run.Finish(backend, options, watcher));
        }
        run.Finish(backend, options);
        Assert.True(expected.Bytes().AsSpan().SequenceEqual(run.Bytes()));
    }

    [Fact]
    public void Run_FinishedTraining_GivesItsModelWithoutAStep()
    {
        using var folder = new TemporaryFolder();
        using var backend = new CpuBackend(1);
        using var watcher = new Watcher();
        var run = Start(folder, true);
        run.Finish(backend, TrainingRun.Options);
        var before = run.Bytes();
        run.Finish(backend, TrainingRun.Options, watcher);
        Assert.Empty(watcher.Steps);
        Assert.Equal(before, run.Bytes());
    }

    [Fact]
    public void Open_CheckpointOfAnotherTraining_IsRefused()
    {
        using var folder = new TemporaryFolder();
        using var backend = new CpuBackend(1);
        var run = Start(folder, true);
        run.Finish(backend, TrainingRun.Options);
        var bytes = File.ReadAllBytes(run.CheckpointPath);
        TrainingOptions[] others =
        [
            TrainingRun.Options with { Seed = 6 }, TrainingRun.Options with { Epochs = 4 }, TrainingRun.Options with { BatchSize = 32 },
            TrainingRun.Options with { Validation = 0.5 }, TrainingRun.Options with { Optimizer = new Sgd() },
            TrainingRun.Options with { Optimizer = new Adam { LearningRate = 2e-3f } },
                TrainingRun.Options with { Optimizer = new Adam { Beta1 = 0.8f } },
            TrainingRun.Options with { Optimizer = new AdamW() }, TrainingRun.Options with { Schedule = new CosineRate() },
            TrainingRun.Options with { Schedule = new ConstantRate { WarmupEpochs = 1 } }, TrainingRun.Options with { Accumulate = 2 },
            TrainingRun.Options with { ClipNorm = 1 }, TrainingRun.Options with { ClipValue = 1 },
            TrainingRun.Options with { AverageDecay = 0.9 },
        ];
        foreach (var options in others)
            Assert.Contains("checkpoint of another training", Assert.Throws<DataException>(() => run.Open(backend, options)).Message);
        Assert.Throws<DataException>(() => (run with { Graph = TrainingRun.Lenet }).Open(backend, TrainingRun.Options));
        Assert.Equal(bytes, File.ReadAllBytes(run.CheckpointPath));
        Assert.Equal(0, backend.AllocatedBytes);
    }

    [Fact]
    public void Open_DamagedCheckpoint_IsRefused()
    {
        using var folder = new TemporaryFolder();
        using var backend = new CpuBackend(1);
        var run = Start(folder, true);
        run.Finish(backend, TrainingRun.Options);
        var bytes = File.ReadAllBytes(run.CheckpointPath);
        bytes[^3] ^= 1;
        File.WriteAllBytes(run.CheckpointPath, bytes);
        Assert.Contains("damaged", Assert.Throws<DataException>(() => run.Open(backend, TrainingRun.Options)).Message);
    }

    private static TrainingRun Start(TemporaryFolder folder, bool normalized) =>
        new(folder, normalized ? TrainingRun.Normalized : TrainingRun.Lenet);

    private static (byte[] Checkpoint, byte[] Model) Train(bool normalized, int threads, ulong seed)
    {
        using var folder = new TemporaryFolder();
        using var backend = new CpuBackend(threads);
        var run = Start(folder, normalized);
        run.Finish(backend, TrainingRun.Options with { Seed = seed });
        return (File.ReadAllBytes(run.CheckpointPath), File.ReadAllBytes(run.ModelPath));
    }
}
