using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Tests.Training;

/// <summary>A training whose numbers run away stops, says where, and leaves the last good checkpoint as it was.</summary>
public class DivergenceTests
{
    [Fact]
    public void Run_EnormousLearningRate_StopsAtTheSecondStep()
    {
        using var folder = new TemporaryFolder();
        using var backend = new CpuBackend(2);
        var run = new TrainingRun(folder, TrainingRun.Lenet);
        var options = TrainingRun.Options with { Optimizer = new Adam { LearningRate = 1e30f } };
        var error = Assert.Throws<ComputationException>(() => run.Finish(backend, options));
        Assert.Matches("^The loss became .+ at step 2 of epoch 1 \\(step 2 in all\\)", error.Message);
        Assert.Contains($"{run.CheckpointPath} holds the state after epoch 0. Try a lower learning rate.", error.Message);
        Assert.False(File.Exists(run.ModelPath));
        using var again = run.Open(backend, options);
        Assert.Equal(0, again.Epoch);
    }

    [Fact]
    public void Run_StepThatGoesWrongLater_LeavesTheLastGoodCheckpoint()
    {
        using var folder = new TemporaryFolder();
        using var backend = new CpuBackend(2);
        var run = new TrainingRun(folder, TrainingRun.Lenet);
        var options = TrainingRun.Options with { Optimizer = new SuddenSgd(7, 1e30f) };
        var bytes = Array.Empty<byte>();
        using (var watcher = new Watcher(stopAfter: 5))
        {
            Assert.ThrowsAny<OperationCanceledException>(() => run.Finish(backend, options, watcher));
            bytes = File.ReadAllBytes(run.CheckpointPath);
        }
        var error = Assert.Throws<ComputationException>(() => run.Finish(backend, options));
        Assert.Matches("at step 3 of epoch 2 \\(step 8 in all\\).*holds the state after epoch 1", error.Message);
        Assert.Equal(bytes, File.ReadAllBytes(run.CheckpointPath));
        using var again = run.Open(backend, options);
        Assert.Equal(1, again.Epoch);
    }

    /// <summary>The loss is computed before the step: only the parameters show what an epoch's last step did.</summary>
    [Fact]
    public void Run_LastStepOfAnEpochGoesWrong_IsNotCheckpointed()
    {
        using var folder = new TemporaryFolder();
        using var backend = new CpuBackend(2);
        var run = new TrainingRun(folder, TrainingRun.Lenet);
        var options = TrainingRun.Options with { Optimizer = new SuddenSgd(TrainingRun.Steps, float.PositiveInfinity) };
        var error = Assert.Throws<ComputationException>(() => run.Finish(backend, options));
        Assert.Matches("^Parameter '.+' became infinite or undefined at step 5 of epoch 1 \\(step 5 in all\\)", error.Message);
        using var again = run.Open(backend, options);
        Assert.Equal(0, again.Epoch);
    }

    [Fact]
    public void Run_PoisonedParameter_StopsAtTheFirstStep()
    {
        using var backend = new CpuBackend(2);
        var model = Model.Initialize(TrainingRun.Lenet, 1);
        model.Parameters["conv1/kernel"].Span<float>()[7] = float.NaN;
        using var trainer = new Trainer(backend, model, Glyphs.Training(TrainingRun.Samples), Preprocessing.UnitRange, TrainingRun.Options);
        var error = Assert.Throws<ComputationException>(() => trainer.Run(cancellation: TestContext.Current.CancellationToken));
        Assert.Equal("The loss became NaN at step 1 of epoch 1 (step 1 in all). Try a lower learning rate.", error.Message);
    }
}
