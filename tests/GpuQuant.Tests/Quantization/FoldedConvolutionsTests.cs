using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Schemes;
using GpuQuant.Tests.Support;
using GpuQuant.Tests.Training;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Tests.Quantization;

/// <summary>Batch normalization folded into convolutions during training, and the deployment of what comes of it.</summary>
public class FoldedConvolutionsTests
{
    private static readonly Graph Net = TestModels.Build(new Shape(28, 28, 1), (b, x) =>
    {
        var y = b.Relu(b.BatchNorm(b.Conv2D(x, 4, kernel: 3, stride: 4), momentum: 0.9f));
        y = b.Relu(b.BatchNorm(b.Conv2D(y, 6, kernel: 3), momentum: 0.9f));
        return b.Softmax(b.Dense(b.Flatten(y), 10));
    });

    /// <summary>Without quantization, folding changes how the same function is computed, in training and in evaluation.</summary>
    [Fact]
    public void Steps_WithoutQuantization_AreThoseOfConvolutionAndNormalization()
    {
        var model = TestModels.Random(Net, 4, 0.2);
        var (plain, folded) = (Train(model), Train(FoldedConvolutions.Insert(model)));
        Assert.Equal(plain.Loss, folded.Loss, 1e-4);
        foreach (var (name, values) in plain.Parameters)
        {
            var other = folded.Parameters[name.Replace("batch_norm", "conv", StringComparison.Ordinal)].Span<float>().ToArray();
            Assert.All(values.Span<float>().ToArray().Zip(other), pair => Assert.Equal(pair.First, pair.Second, 2e-4f));
        }
        using var backend = new CpuBackend(1);
        var images = Draw.Normals(1, 784 * 3);
        Close(TestModels.Infer<float>(backend, model, images, 3),
            TestModels.Infer<float>(backend, FoldedConvolutions.Insert(model), images, 3), 1e-5f);

        static (double Loss, ParameterSet Parameters) Train(Model start)
        {
            using var backend = new CpuBackend(2);
            using var watcher = new Watcher();
            using var trainer = new Trainer(backend, start, Glyphs.Training(TrainingRun.Samples), Preprocessing.UnitRange,
                TrainingRun.Options with { Epochs = 1, Optimizer = new Sgd { LearningRate = 0.01f } });
            var parameters = trainer.Run(watcher, watcher.Token).Parameters;
            return (watcher.Epochs[0].Progress.Loss, parameters);
        }
    }

    [Fact]
    public void Remove_AfterTraining_GivesTheVeryWeightsThatWereUsed()
    {
        var trained = Trained();
        var plain = FoldedConvolutions.Remove(trained);
        Assert.DoesNotContain(plain.Graph.Nodes, node => node.Op is FoldedConv2DOp or BatchNormOp);
        using var backend = new CpuBackend(2);
        var images = Draw.Normals(2, 784 * 5);
        Assert.Equal(TestModels.Infer<float>(backend, trained, images, 5), TestModels.Infer<float>(backend, plain, images, 5));
        Assert.Same(plain, FoldedConvolutions.Remove(plain));
    }

    /// <summary>
    /// Deployed weights are the integers of the grid on which the folded weights were trained; the classes of the integer net are those of
    /// the fake-quantized one, but for close ones: probabilities of 8 bits that tie, and sums within a rounding of each other.
    /// </summary>
    [Fact]
    public void Deployment_OfAFoldedNet_HasItsWeightsAndClasses()
    {
        using var backend = new CpuBackend(2);
        var trained = Trained();
        var data = Glyphs.Test(500);
        var deployed = new Tflite8Quantizer().Quantize(trained, new(backend, Glyphs.Training(100), Preprocessing.UnitRange));
        var plain = FoldedConvolutions.Remove(trained);
        foreach (var layer in new[] { "conv1", "conv2" })
        {
            var kernel = plain.Parameters[$"{layer}/kernel"].Span<float>();
            var integers = deployed.Parameters[$"{layer}/kernel"].Span<sbyte>();
            var channels = (int)deployed.Parameters[$"{layer}/bias"].Shape.Count;
            for (var c = 0; c < channels; c++)
            {
                var row = kernel.Slice(c * kernel.Length / channels, kernel.Length / channels);
                var greatest = row.ToArray().Max(Math.Abs);
                for (var i = 0; i < row.Length; i++)
                    Assert.Equal(Math.Round(row[i] / (greatest / 127), MidpointRounding.AwayFromZero), integers[c * row.Length + i]);
            }
        }
        var (expected, actual) = (Predict(trained), Predict(deployed));
        int[] untied = [.. Enumerable.Range(0, data.Count).Where(i => !actual.Ties[i])];
        var differing = untied.Count(i => expected.Classes[i] != actual.Classes[i]);
        Assert.True(untied.Length > 400 && differing <= 5, $"{differing} of {untied.Length} differ");

        Predictions Predict(Model model) => Predictions.Of(backend, model, Preprocessing.UnitRange, data);
    }

    [Fact]
    public void Insert_WeightsThatLearnTheirSteps_NamesTheLayer() => Assert.Contains("folds batch normalization in training with weights "
        + "quantized by range, got Lsq", Assert.Throws<UsageException>(() => FoldedConvolutions.Insert(FakeQuantizers.Insert(
            Model.Initialize(Net, 1), QatOptions.Parse("w4a4 lsq")))).Message);

    private static Model Trained()
    {
        using var backend = new CpuBackend(2);
        using var trainer = new Trainer(backend, FoldedConvolutions.Insert(FakeQuantizers.Insert(Model.Initialize(Net, 1))),
            Glyphs.Training(TrainingRun.Samples), Preprocessing.UnitRange,
            TrainingRun.Options with { Epochs = 8, BatchSize = 16, Optimizer = new Adam { LearningRate = 3e-3f } });
        return trainer.Run(cancellation: TestContext.Current.CancellationToken);
    }

    private static void Close(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
    }
}
