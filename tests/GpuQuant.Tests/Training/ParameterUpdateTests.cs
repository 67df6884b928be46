using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Tests.Training;

/// <summary>What happens between gradients and parameters, seen from outside: accumulation, clipping, averages.</summary>
public class ParameterUpdateTests
{
    private static readonly Sgd Plain = new() { LearningRate = 0.1f, Momentum = 0 };

    /// <summary>
    /// 70 samples. Batches of 20, three to a step, are one step on 60 samples and one on the last 10, and batches of 32, two to a step, one
    /// on 64 and one on 6: as large batches of 60 and 64, whose last ones are those 10 and 6.
    /// </summary>
    [Theory]
    [InlineData(20, 3)]
    [InlineData(32, 2)]
    [InlineData(7, 10)]
    [InlineData(1, 70)]
    public void Accumulate_SmallBatches_StepAsOneLargeBatch(int batch, int accumulate)
    {
        var options = TrainingRun.Options with { Epochs = 2, Optimizer = new Adam() };
        var large = Train(TrainingRun.Lenet, options with { BatchSize = batch * accumulate }, 70);
        var small = Train(TrainingRun.Lenet, options with { BatchSize = batch, Accumulate = accumulate }, 70);
        var untrained = Train(TrainingRun.Lenet, options with { BatchSize = batch * accumulate, Epochs = 1 }, 70);
        // Adam's steps are as large as the rate of 1e-3, whatever the gradient: rounding moves few of them by much.
        Assert.InRange(Distance(large, small), 0, 2e-5);
        Assert.True(Distance(large, untrained) > 5e-4);
    }

    /// <summary>The L2 term is that of the step, not of each batch; dropout draws by sample.</summary>
    [Fact]
    public void Accumulate_NetWithL2AndDropout_StepsAsOneLargeBatch()
    {
        var graph = TestModels.Build(new Shape(28, 28, 1), (b, x) =>
            b.Softmax(b.Dense(b.Flatten(b.Dropout(b.Conv2D(x, 4, kernel: 3, stride: 4, l2: 0.5f), 0.5f)), 10)));
        var options = TrainingRun.Options with { Epochs = 2, Optimizer = Plain };
        var large = Train(graph, options with { BatchSize = 60 }, 70);
        Assert.InRange(Distance(large, Train(graph, options with { BatchSize = 15, Accumulate = 4 }, 70)), 0, 1e-6);
        Assert.True(Distance(large, Train(graph, options with { BatchSize = 15 }, 70)) > 1e-3);
    }

    /// <summary>
    /// One step of plain descent at rate 1 on everything: the parameters' change is the gradient g. Clipped to a quarter of its norm it is
    /// g / 4 (to 1e-6 / norm); clipped to a magnitude, each element is cut off there; limits that are not reached change nothing.
    /// </summary>
    [Fact]
    public void Clip_OneStep_IsAsWorkedOutByHand()
    {
        var start = Flat(Model.Initialize(TrainingRun.Lenet, 5));
        var gradient = Change(null, null);
        var norm = Math.Sqrt(gradient.Sum(g => g * g));
        var magnitude = gradient.Max(Math.Abs) / 3;
        Close([.. gradient.Select(g => g / 4)], Change((float)norm / 4, null), 1e-6 * norm + 1e-7);
        Close([.. gradient.Select(g => Math.Clamp(g, -magnitude, magnitude))], Change(null, (float)magnitude), 1e-7);
        Assert.Equal(gradient, Change((float)norm * 1.01f, null));
        Assert.Equal(gradient, Change(null, (float)magnitude * 3.01f));

        double[] Change(float? clipNorm, float? clipValue)
        {
            var options = TrainingRun.Options with
            {
                Epochs = 1,
                BatchSize = 70,
                Optimizer = Plain with { LearningRate = 1 },
                ClipNorm = clipNorm,
                ClipValue = clipValue,
            };
            return [.. Train(TrainingRun.Lenet, options, 70).Zip(start, (after, before) => after - before)];
        }
    }

    [Fact]
    public void Clip_AccumulatedGradients_AreClippedAsTheirMean()
    {
        var options = TrainingRun.Options with { Epochs = 2, Optimizer = Plain, ClipNorm = 0.1f };
        var large = Train(TrainingRun.Lenet, options with { BatchSize = 60 }, 70);
        Assert.InRange(Distance(large, Train(TrainingRun.Lenet, options with { BatchSize = 15, Accumulate = 4 }, 70)), 0, 1e-6);
    }

    /// <summary>
    /// Three steps p1, p2, p3 from p0, one per epoch, with decays 2/11, 3/12 and 4/13 (the greatest allowed, below 0.9), or 0.2 where that
    /// is less: a1 = d1 p0 + (1 - d1) p1, a2 = d2 a1 + (1 - d2) p2, a3 = d3 a2 + (1 - d3) p3. Running statistics too.
    /// </summary>
    [Theory]
    [InlineData(0.9, 2 / 11.0, 3 / 12.0, 4 / 13.0)]
    [InlineData(0.2, 2 / 11.0, 0.2, 0.2)]
    [InlineData(0, 0, 0, 0)]
    public void AverageDecay_ThreeSteps_AreAveragedAsByHand(double decay, double first, double second, double third)
    {
        var options = TrainingRun.Options with { BatchSize = 70, Optimizer = Plain };
        double[][] steps =
            [Flat(Model.Initialize(TrainingRun.Normalized, 5)), .. Enumerable.Range(1, 3).Select(After)];
        var average = steps[0];
        foreach (var (step, share) in steps.Skip(1).Zip([first, second, third]))
            average = [.. average.Zip(step, (a, p) => share * a + (1 - share) * p)];
        Close(average, Train(TrainingRun.Normalized, options with { Epochs = 3, AverageDecay = decay }, 70), 1e-6);
        if (decay > 0)
            Assert.True(Distance(average, steps[3]) > 1e-3);

        double[] After(int epochs) => Train(TrainingRun.Normalized, options with { Epochs = epochs }, 70);
    }

    /// <summary>Ranges and learned steps begin at 0, for unknown: they are those of the steps themselves.</summary>
    [Theory]
    [InlineData("w8a8 range")]
    [InlineData("w4a4 lsq")]
    public void AverageDecay_FakeQuantizers_AreTakenAsTheyAre(string quantization)
    {
        var graph = FakeQuantizers.Insert(TrainedNets.Get("lenet1"), QatOptions.Parse(quantization)).Graph;
        var options = TrainingRun.Options with { Epochs = 2, BatchSize = 35, Optimizer = Plain with { LearningRate = 0.01f } };
        var (raw, averaged) = (TrainModel(graph, options, 70), TrainModel(graph, options with { AverageDecay = 0.9 }, 70));
        Assert.False(raw.Parameters["conv1/kernel"].Bytes.SequenceEqual(averaged.Parameters["conv1/kernel"].Bytes));
        var grids = raw.Parameters.Keys.Where(name => name.Split('/')[1] is "range" or "step" or "kernel_step").ToArray();
        Assert.NotEmpty(grids);
        Assert.All(grids, name => Assert.Equal(raw.Parameters[name].Span<float>(), averaged.Parameters[name].Span<float>()));
    }

    /// <summary>A last step that spoils the parameters spoils an average of long memory little: what is validated is the average.</summary>
    [Fact]
    public void AverageDecay_Validation_IsThatOfTheAverage()
    {
        var options = TrainingRun.Options with
        {
            Epochs = 8,
            BatchSize = 10,
            Validation = 0.2,
            Optimizer = new SuddenSgd(192, 3f) { LearningRate = 0.1f },
        };
        var (raw, averaged) = (LastAccuracy(options), LastAccuracy(options with { AverageDecay = 0.99 }));
        Assert.True(averaged > raw + 0.3, $"{averaged} against {raw}");

        static double LastAccuracy(TrainingOptions options)
        {
            using var folder = new TemporaryFolder();
            using var backend = new CpuBackend(2);
            using var watcher = new Watcher();
            new TrainingRun(folder, TrainingRun.Lenet).Finish(backend, options, watcher);
            return watcher.Epochs[^1].Accuracy!.Value;
        }
    }

    private static double[] Train(Graph graph, TrainingOptions options, int samples) => Flat(TrainModel(graph, options, samples));

    /// <summary>All parameters one after another, running statistics too.</summary>
    private static double[] Flat(Model model) =>
        [.. model.Parameters.Values.SelectMany(tensor => tensor.Span<float>().ToArray(), (_, v) => (double)v)];

    private static Model TrainModel(Graph graph, TrainingOptions options, int samples)
    {
        using var backend = new CpuBackend(2);
        using var trainer = new Trainer(
            backend, Model.Initialize(graph, 5), Glyphs.Training(samples), Preprocessing.UnitRange, options);
        return trainer.Run(cancellation: TestContext.Current.CancellationToken);
    }

    private static double Distance(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();

    private static void Close(double[] expected, double[] actual, double tolerance) =>
        Assert.InRange(Distance(expected, actual), 0, tolerance);
}
