using GpuQuant.Backends.Cpu;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Tests.Training;

public class EarlyStoppingTests
{
    /// <summary>240 training samples are 24 steps per epoch: the first of epoch 3 spoils the net for good.</summary>
    private static readonly TrainingOptions Options = TrainingRun.Options with
    {
        Epochs = 9,
        BatchSize = 10,
        Validation = 0.2,
        Keep = Keep.Best,
        Optimizer = new SuddenSgd(49, 1e3f) { LearningRate = 0.1f },
        EarlyStopping = new(2),
    };

    /// <summary>
    /// Each case counts the epochs without a gain after each accuracy. A gain of exactly the least gain is none (0.75 after 0.5: 0.25).
    /// </summary>
    [Theory]
    [InlineData(0, new[] { 0.9, 0.95, 0.94, 0.95 }, new[] { 0, 0, 1, 2 })]
    [InlineData(0.25, new[] { 0.5, 0.75, 0.875, 0.875, 0.5 }, new[] { 0, 1, 0, 1, 2 })]
    [InlineData(0.25, new[] { 0.0, 0.125, 0.25, 0.375 }, new[] { 0, 1, 2, 0 })]
    public void After_EachEpoch_CountsThoseWithoutAGain(double leastGain, double[] accuracies, int[] waited)
    {
        var gains = Gains.None;
        Assert.Equal(waited, accuracies.Select(accuracy => (gains = gains.After(accuracy, leastGain)).Waited));
    }

    [Fact]
    public void Run_NoGainForTwoEpochs_EndsThereWithTheBest()
    {
        using var folder = new TemporaryFolder();
        using var backend = new CpuBackend(2);
        using var watcher = new Watcher();
        var run = new TrainingRun(folder, TrainingRun.Lenet);
        var stopped = run.Finish(backend, Options, watcher);
        Assert.Equal(4, watcher.Epochs.Count);
        using var other = new TemporaryFolder();
        var best = new TrainingRun(other, TrainingRun.Lenet).Finish(backend, Options with { Epochs = 2, EarlyStopping = null });
        Assert.Equal(best.Parameters.Doubles(), stopped.Parameters.Doubles());
        // A training that has ended early stays ended.
        using var again = new Watcher();
        Assert.Equal(stopped.Parameters.Doubles(), run.Finish(backend, Options, again).Parameters.Doubles());
        Assert.Empty(again.Steps);
    }

    /// <summary>Stopped within each epoch in turn, also within the last one: the epochs waited are in the checkpoint.</summary>
    [Fact]
    public void Run_InterruptedInEveryEpoch_EndsWithTheSameBytes()
    {
        using var whole = new TemporaryFolder();
        using var broken = new TemporaryFolder();
        using var backend = new CpuBackend(2);
        var (expected, run) = (new TrainingRun(whole, TrainingRun.Lenet), new TrainingRun(broken, TrainingRun.Lenet));
        expected.Finish(backend, Options);
        for (var epoch = 0; epoch < 4; epoch++)
        {
            using var watcher = new Watcher(stopAfter: epoch == 0 ? 10 : 24 + 1);
            Assert.ThrowsAny<OperationCanceledException>(() => run.Finish(backend, Options, watcher));
        }
        using (var watcher = new Watcher())
        {
            run.Finish(backend, Options, watcher);
            Assert.Single(watcher.Epochs);
        }
        Assert.True(expected.Bytes().AsSpan().SequenceEqual(run.Bytes()));
    }
}
