using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;
using GpuQuant.Training.Rules;

namespace GpuQuant.Tests.Training;

public class DistillationTests
{
    private const int Classes = 4, Batch = 3;

    /// <summary>
    /// z = [0, 0], t = [2 ln 3, 0], T = 2: t / T gives [0.75, 0.25], z / T gives [0.5, 0.5]. KL = 0.75 ln 1.5 + 0.25 ln 0.5 = 0.30410 -
    /// 0.17329 = 0.13081. With share 0.5 and label 0: loss 0.5 ln 2 + 0.5 * 4 * 0.13081 = 0.34657 + 0.26162 = 0.60820; gradient
    /// 0.5 [-0.5, 0.5] + 0.5 * 2 [-0.25, 0.25] = [-0.5, 0.5].
    /// </summary>
    [Fact]
    public void Loss_OfTheWorkedExample_IsThatOfTheFormula()
    {
        var (loss, correct, gradient) = Run(new float[2], [2 * MathF.Log(3), 0], [0], 0.5f, 2);
        Assert.Equal(0.60820, loss, 1e-5);
        Assert.Equal(1, correct);
        Assert.Equal([-0.5, 0.5], gradient.Select(g => Math.Round(g, 6)));
    }

    [Theory]
    [InlineData(0.3f, 1)]
    [InlineData(0.7f, 3)]
    [InlineData(1, 0.5f)]
    public void Gradient_OfTheLoss_IsThatOfFiniteDifferences(float share, float temperature)
    {
        const double step = 1e-5;
        float[] logits = Draw.Normals(1, Batch * Classes, 2), teacher = Draw.Normals(2, Batch * Classes, 2);
        int[] classes = [2, 0, 3];
        var (loss, correct, gradient) = Run(logits, teacher, classes, share, temperature);
        var (z, t) = (TestModels.Doubles(logits), TestModels.Doubles(teacher));
        Assert.Equal(Expected(), loss, 1e-5);
        Assert.Equal(classes.Where((label, i) => logits[(i * Classes)..((i + 1) * Classes)].Max() == logits[i * Classes + label]).Count(),
            correct);
        for (var i = 0; i < z.Length; i++)
        {
            var value = z[i];
            z[i] = value + step;
            var above = Expected();
            z[i] = value - step;
            // The loss is summed over the batch, the gradient that of the mean.
            Assert.Equal((above - Expected()) / (2 * step) / Batch, gradient[i], 1e-6);
            z[i] = value;
        }

        double Expected() => Enumerable.Range(0, Batch).Sum(n =>
        {
            var (row, taught) = (z[(n * Classes)..((n + 1) * Classes)], t[(n * Classes)..((n + 1) * Classes)]);
            var (hard, soft, target) = (Softmax(row, 1), Softmax(row, temperature), Softmax(taught, temperature));
            var divergence = target.Zip(soft, (p, q) => p * Math.Log(p / q)).Sum();
            return (1 - share) * -Math.Log(hard[classes[n]]) + share * temperature * temperature * divergence;
        });
    }

    /// <summary>Where the teacher has the whole say and is the net itself, nothing is left to learn.</summary>
    [Fact]
    public void Train_OnItsOwnOutput_StaysWhereItIs()
    {
        var model = Model.Initialize(TrainingRun.Lenet, 1);
        using var backend = new CpuBackend(2);
        var options = TrainingRun.Options with { Optimizer = new Sgd() };
        var trained = Train(new Distillation(model, 1, 2), backend, options: options);
        Assert.All(model.Parameters, p => Assert.All(p.Value.Span<float>().ToArray().Zip(trained.Parameters[p.Key].Span<float>().ToArray()),
            pair => Assert.Equal(pair.First, pair.Second, 1e-5f)));
        Assert.NotEqual(model.Parameters.Doubles()["dense1/bias"],
            Train(null, backend, options: options).Parameters.Doubles()["dense1/bias"]);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    public void Run_StoppedAndStartedAgain_GivesTheUninterruptedBytes(int steps)
    {
        var rule = new Distillation(Model.Initialize(TrainingRun.Lenet, 2), 0.5f, 3);
        using var folder = new TemporaryFolder();
        using var backend = new CpuBackend(2);
        Train(rule, backend, folder.File("whole"));
        using (var watcher = new Watcher(stopAfter: steps))
            Assert.ThrowsAny<OperationCanceledException>(() => Train(rule, backend, folder.File("broken"), watcher));
        Train(rule, backend, folder.File("broken"));
        Assert.Equal(File.ReadAllBytes(folder.File("whole")), File.ReadAllBytes(folder.File("broken")));
        Assert.Contains("checkpoint of another training",
            Assert.Throws<DataException>(() => Train(rule with { Share = 0.25f }, backend, folder.File("broken"))).Message);
        Assert.Contains("checkpoint of another training", Assert.Throws<DataException>(() => Train(
            rule with { Teacher = Model.Initialize(TrainingRun.Lenet, 3) }, backend, folder.File("broken"))).Message);
        Assert.Equal(0, backend.AllocatedBytes);
    }

    [Fact]
    public void Open_TeacherOfAnotherShape_NamesBoth()
    {
        using var backend = new CpuBackend(1);
        var teacher = Model.Initialize(new Lenet1().Build(new Shape(28, 28, 1), 7), 1);
        Assert.Equal("The teacher takes Float32[28x28x1] and gives Float32[7]; the net that learns from it takes Float32[28x28x1] and "
            + "gives Float32[10].", Assert.Throws<UsageException>(() => Train(new Distillation(teacher, 1, 2), backend)).Message);
        Assert.Equal(0, backend.AllocatedBytes);
    }

    private static Model Train(Distillation? rule, CpuBackend backend, string? path = null, Watcher? watcher = null,
        TrainingOptions? options = null)
    {
        using var trainer = new Trainer(backend,
            new TrainingPhase("quantized", Model.Initialize(TrainingRun.Lenet, 1), options ?? TrainingRun.Options) { Batches = rule is null ? [] : [rule] },
            Glyphs.Training(TrainingRun.Samples), Preprocessing.UnitRange, path);
        return trainer.Run(watcher, watcher?.Token ?? TestContext.Current.CancellationToken);
    }

    /// <summary>Loss and correct samples, summed, and the gradient of the mean loss.</summary>
    private static (double Loss, double Correct, float[] Gradient) Run(
        float[] logits, float[] teacher, int[] classes, float share, float temperature)
    {
        using var backend = new CpuBackend(1);
        var shape = new Shape(classes.Length, logits.Length / classes.Length);
        TensorView values = Take("logits", logits), taught = Take("teacher", teacher);
        var targets = Take("targets", TestModels.OneHot(classes, shape[1]));
        var gradient = TensorView.Allocate(backend, "gradient", DType.Float32, shape);
        var statistics = TensorView.Allocate(backend, "statistics", DType.Float32, new Shape(2));
        foreach (var call in new DistillationLoss(share, temperature, taught).Calls(values, targets, statistics, gradient))
            SeparateMemory.Run(backend, call);
        var sums = TestModels.Fetch<float>(backend, statistics);
        return (sums[0], sums[1], TestModels.Fetch<float>(backend, gradient));

        TensorView Take(string name, float[] content)
        {
            var view = TensorView.Allocate(backend, name, DType.Float32, shape);
            backend.Upload(MemoryMarshal.AsBytes<float>(content), view);
            return view;
        }
    }

    private static double[] Softmax(double[] logits, double temperature)
    {
        var powers = logits.Select(z => Math.Exp(z / temperature)).ToArray();
        return [.. powers.Select(power => power / powers.Sum())];
    }
}
