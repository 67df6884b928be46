using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Tests.Training;

public class TrainerTests
{
    [Fact]
    public void Run_TellsOfEveryStepAndTrainsOnEverySample()
    {
        using var folder = new TemporaryFolder();
        using var backend = new CpuBackend(2);
        using var watcher = new Watcher();
        new TrainingRun(folder, TrainingRun.Lenet).Finish(
            backend, TrainingRun.Options with { Optimizer = new Adam { LearningRate = 5e-3f } }, watcher);
        Assert.Equal(Enumerable.Range(1, 3).SelectMany(epoch => Enumerable.Range(1, 5).Select(step => (epoch, step))),
            watcher.Steps.Select(p => (p.Epoch, p.Step)));
        Assert.Equal([64, 128, 192, 256, 300, 364, 428, 492, 556, 600, 664, 728, 792, 856, 900], watcher.Steps.Select(p => p.Samples));
        Assert.All(watcher.Steps, p => Assert.Equal((3, 5), (p.Epochs, p.Steps)));
        Assert.Equal([1, 2, 3], watcher.Epochs.Select(e => e.Progress.Epoch));
        Assert.All(watcher.Epochs, e => Assert.Null(e.Accuracy));
        // ln 10 = 2.30 at the start.
        Assert.InRange(watcher.Epochs[0].Progress.Loss, 1.5, 2.6);
        Assert.True(watcher.Epochs[2].Progress.Loss < watcher.Epochs[0].Progress.Loss - 0.3);
        Assert.True(watcher.Epochs[2].Progress.Accuracy > 0.4);
    }

    /// <summary>One epoch of one step on everything gives the loss and the gradient step of the whole set: nothing is left out.</summary>
    [Fact]
    public void Step_LastPartialBatch_IsTrainedOn()
    {
        using var backend = new CpuBackend(2);
        using var trainer = new Trainer(backend, Model.Initialize(TrainingRun.Lenet, 1), Glyphs.Training(70), Preprocessing.UnitRange,
            TrainingRun.Options with { Epochs = 1, Optimizer = new Sgd { LearningRate = 1e-30f } });
        using var watcher = new Watcher();
        var model = trainer.Run(watcher, watcher.Token);
        Assert.Equal(2, watcher.Steps.Count);
        var data = Glyphs.Training(70);
        using var predictor = new Predictor(backend, model, Preprocessing.UnitRange);
        var probabilities = predictor.Run<float>(data);
        var losses = Enumerable.Range(0, 70).Select(i => -Math.Log(probabilities[i * 10 + data.Label(i)])).ToArray();
        Assert.Equal(losses.Average(), watcher.Epochs[0].Progress.Loss, 1e-5);
        var other = Trained(data, 1e-2f);
        Assert.NotEqual(other, Trained(new Relabelled(data, LastOf(70)), 1e-2f));
    }

    [Fact]
    public void Run_KeepBest_GivesTheEpochWithTheBestValidation()
    {
        using var folder = new TemporaryFolder();
        using var backend = new CpuBackend(2);
        using var watcher = new Watcher();
        // 240 training samples are 24 steps per epoch: the first of epoch 3 spoils the net.
        var options = TrainingRun.Options with
        {
            BatchSize = 10,
            Validation = 0.2,
            Keep = Keep.Best,
            Optimizer = new SuddenSgd(49, 1e3f) { LearningRate = 0.1f },
        };
        var run = new TrainingRun(folder, TrainingRun.Lenet);
        var best = run.Finish(backend, options, watcher);
        var accuracies = watcher.Epochs.Select(e => e.Accuracy!.Value).ToArray();
        Assert.True(accuracies[1] > accuracies[2] && accuracies[1] > accuracies[0], string.Join(' ', accuracies));
        using var shorter = new TemporaryFolder();
        var second = new TrainingRun(shorter, TrainingRun.Lenet).Finish(backend, options with { Epochs = 2, Keep = Keep.Last });
        Assert.Equal(second.Parameters.Doubles(), best.Parameters.Doubles());
        var again = run.Finish(backend, options);
        Assert.Equal(best.Parameters.Doubles(), again.Parameters.Doubles());
    }

    [Fact]
    public void Run_BestOnTest_KeepsTheEpochThatDoesBestOnTheTestSetAndTrainsOnEverything()
    {
        using var backend = new CpuBackend(2);
        var test = Glyphs.Test(200);
        using var watcher = new Watcher();
        var options = TrainingRun.Options with
        {
            BatchSize = 10,
            Epochs = 3,
            Keep = Keep.BestOnTest,
            // 300 samples are 30 steps per epoch: the first of epoch 3 spoils the net.
            Optimizer = new SuddenSgd(61, 1e3f) { LearningRate = 0.1f },
        };
        var model = Model.Initialize(TrainingRun.Lenet, 1);
        using var trainer = new Trainer(backend, model, Glyphs.Training(TrainingRun.Samples), Preprocessing.UnitRange, options, test: test);
        Assert.Equal(TrainingRun.Samples / 10, trainer.StepsPerEpoch);
        var best = trainer.Run(watcher, watcher.Token);
        var accuracies = watcher.Epochs.Select(e => e.Accuracy!.Value).ToArray();
        Assert.True(accuracies[1] > accuracies[2], string.Join(' ', accuracies));
        var classes = Predictions.Of(backend, best, Preprocessing.UnitRange, test).Classes;
        Assert.Equal(accuracies.Max(), classes.Index().Count(c => c.Item == test.Label(c.Index)) / 200.0);
    }

    [Fact]
    public void Open_BestOnTestWithoutTestSet_IsRefused()
    {
        using var backend = new CpuBackend(1);
        var error = Assert.Throws<UsageException>(() => new Trainer(backend, Model.Initialize(TrainingRun.Lenet, 1), Glyphs.Training(30),
            Preprocessing.UnitRange, TrainingRun.Options with { Keep = Keep.BestOnTest }));
        Assert.Equal("The epoch that is best on the test set was to be kept, but no test set was given.", error.Message);
    }

    [Fact]
    public void Open_ShareOfNoSample_IsRefused()
    {
        using var folder = new TemporaryFolder();
        using var backend = new CpuBackend(1);
        var error = Assert.Throws<UsageException>(() =>
            new TrainingRun(folder, TrainingRun.Lenet).Open(backend, TrainingRun.Options with { Validation = 0.003, Keep = Keep.Best }));
        Assert.Equal("A validation share of 0.003 of 300 samples is not even one; ask for more.", error.Message);
    }

    [Fact]
    public void Open_DataThatDoesNotFitTheNet_NamesBoth()
    {
        using var backend = new CpuBackend(1);
        var error = Assert.Throws<UsageException>(() => new Trainer(backend, Model.Initialize(TrainingRun.Lenet, 1),
            SmallImages.Random(4, 32, 32, 3), Preprocessing.UnitRange, TrainingRun.Options));
        Assert.Equal("The net takes 28x28x1 and gives 10; random has samples of 32x32x3 in 10 classes.", error.Message);
    }

    [Theory]
    [InlineData("tflite8", "no trainable parameters")]
    [InlineData("tflite16", "has no gradient; such a model can be evaluated, not trained")]
    public void Open_QuantizedModel_IsRefusedAndGivesItsMemoryBack(string quantizer, string sentence)
    {
        using var backend = new CpuBackend(1);
        var data = Glyphs.Training(20);
        var quantized = Catalog.Get<IQuantizer>("quantizer", quantizer).Quantize(
            Model.Initialize(TrainingRun.Lenet, 1), new CalibrationData(backend, data, Preprocessing.UnitRange));
        var before = backend.AllocatedBytes;
        var error = Assert.Throws<UsageException>(() => new Trainer(backend, quantized, data, Preprocessing.UnitRange,
            TrainingRun.Options));
        Assert.Contains(sentence, error.Message);
        Assert.Equal(before, backend.AllocatedBytes);
    }

    [Fact]
    public void Open_PlanThatDoesNotFit_GivesItsMemoryBack()
    {
        using var backend = new StarvedBackend(2 << 20);
        Assert.Throws<ComputationException>(() => new Trainer(backend, Model.Initialize(TrainingRun.Lenet, 1), Glyphs.Training(4096),
            Preprocessing.UnitRange, TrainingRun.Options with { BatchSize = 4096 }));
        Assert.Equal(0, backend.AllocatedBytes);
    }

    private static float[] Trained(IDataset data, float rate)
    {
        using var backend = new CpuBackend(1);
        using var trainer = new Trainer(backend, Model.Initialize(TrainingRun.Lenet, 1), data, Preprocessing.UnitRange,
            TrainingRun.Options with { Epochs = 1, Optimizer = new Sgd { LearningRate = rate } });
        return trainer.Run(cancellation: TestContext.Current.CancellationToken).Parameters["dense1/bias"].Span<float>().ToArray();
    }

    /// <summary>The sample that comes last in the first epoch: it is in the partial batch.</summary>
    private static int LastOf(int count)
    {
        var order = new int[count];
        EpochOrder.Write([.. Enumerable.Range(0, count)], order, TrainingRun.Options.Seed, 0);
        return order[^1];
    }

    private sealed class Relabelled(IDataset source, int sample) : IDataset
    {
        public string Name => source.Name;

        public int Count => source.Count;

        public int Classes => source.Classes;

        public Shape SampleShape => source.SampleShape;

        public DType SampleType => source.SampleType;

        public int Label(int index) => index == sample ? (source.Label(index) + 1) % source.Classes : source.Label(index);

        public void Read(int index, Span<byte> destination) => source.Read(index, destination);
    }
}
