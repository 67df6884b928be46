using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;
using GpuQuant.Tests.Training;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Tests.Quantization;

public class FakeQuantizersTests
{
    private static readonly Graph Lenet5 = new Lenet5().Build(new Shape(28, 28, 1), 10);

    /// <summary>Word numbers are integers already, and a sigmoid's probabilities stay as they are; the logits get a quantizer.</summary>
    [Fact]
    public void Insert_NetForTexts_QuantizesItsDenseLayerAlone()
    {
        var graph = FakeQuantizers.Insert(new SmallTexts.Net().Build(new Shape(9), 2));
        var quantizer = Assert.Single(graph.Nodes, node => node.Op is FakeQuantizeOp);
        Assert.IsType<DenseOp>(quantizer.Inputs[0].Op);
        Assert.NotNull(((DenseOp)quantizer.Inputs[0].Op).Weights);
        Assert.Equal(quantizer, graph.Output.Inputs[0]);
        Assert.IsType<ActivationOp>(graph.Output.Op);
    }

    [Fact]
    public void Insert_Lenet5_QuantizesInputPooledActivationsAndLogits() => Assert.Equal(
        ["input", "pool1", "pool2", "relu3", "relu4", "dense3"], Quantized(FakeQuantizers.Insert(Lenet5)));

    [Fact]
    public void Insert_Resnet20_QuantizesInputActivationsSumsAndLogits() => Assert.Equal(
        ["input", .. Enumerable.Range(1, 9).SelectMany(i => new[] { $"relu{2 * i - 1}", $"relu{2 * i}", $"add{i}" }), "relu19", "dense1"],
        Quantized(FakeQuantizers.Insert(new Resnet20().Build(new Shape(32, 32, 3), 10))));

    [Fact]
    public void Insert_Nin_QuantizesActivationsBeforeThePool() => Assert.Equal(
        ["input", .. Enumerable.Range(1, 9).Select(i => $"relu{i}"), "flatten1"],
        Quantized(FakeQuantizers.Insert(new Nin().Build(new Shape(32, 32, 3), 10))));

    [Fact]
    public void Insert_SumBeforeARelu_QuantizesTheReluAlone() => Assert.Equal(["input", "relu1", "dense1"], Quantized(
        FakeQuantizers.Insert(TestModels.Build(new Shape(4, 4, 2), (b, x) =>
            b.Dense(b.Flatten(b.Relu(b.Add(b.Conv2D(x, 2, 1), x))), 3)))));

    [Fact]
    public void Insert_Concatenation_QuantizesItInPlaceOfItsParts() => Assert.Equal(["input", "relu2", "concat1", "dense1"], Quantized(
        FakeQuantizers.Insert(TestModels.Build(new Shape(4, 4, 2), (b, x) =>
        {
            var used = b.Relu(b.Conv2D(x, 2, 1, name: "conv9"), "relu2");
            return b.Dense(b.Flatten(b.Concat([b.Relu(b.Conv2D(used, 2, 1)), b.MaxPool(used, 1)])), 3);
        }))));

    [Fact]
    public void Insert_AModel_KeepsItsParametersAndQuantizesAllWeights()
    {
        var model = Model.Initialize(Lenet5, 3);
        var result = FakeQuantizers.Insert(model);
        Assert.All(model.Parameters, p => Assert.Same(p.Value, result.Parameters[p.Key]));
        Assert.Equal(model.Parameters.Count + 6, result.Parameters.Count);
        Assert.Equal([0f, 0f], result.Parameters["fake_quantize1/range"].Span<float>().ToArray());
        Assert.All(result.Graph.Nodes, node => Assert.Equal(
            node.Op switch { Conv2DOp => new WeightQuantizer(), DenseOp => new(PerChannel: false), _ => null },
            node.Op switch { Conv2DOp op => op.Weights, DenseOp op => op.Weights, _ => null }));
    }

    [Fact]
    public void Insert_Twice_IsAnError() => Assert.Equal(
        "The net already has a fake-quantizer, 'fake_quantize1'; insert them into the float net.",
        Assert.Throws<UsageException>(() => FakeQuantizers.Insert(FakeQuantizers.Insert(Lenet5))).Message);

    /// <summary>Only input, sums and logits are measured by passes of their own; what follows a batch normalization is not.</summary>
    [Fact]
    public void Training_OfResnet20_MeasuresOnlyWhatNoBatchNormMakes()
    {
        var graph = FakeQuantizers.Insert(new Resnet20().Build(new Shape(32, 32, 3), 10));
        using var backend = new CpuBackend(1);
        using var parameters = new DeviceParameters(backend, Model.Initialize(graph, 1), withGradients: true);
        using var program = GraphProgram.ForTraining(graph, parameters, backend, 2, new SoftmaxCrossEntropyLoss(), []);
        Assert.Equal(11, program.Calls.Count(entry => entry.Call is MinMaxCall));
        Assert.Equal(19, program.Calls.Count(entry => entry.Call is BatchNormForwardCall { Quantization: not null }));
    }

    /// <summary>The floor is 0.02 below what the float net reaches, some 0.97.</summary>
    [Fact]
    public void Training_OfAQuantizedLenet5_ReachesTheFloatAccuracy()
    {
        using var backend = new CpuBackend();
        var model = FakeQuantizers.Insert(Model.Initialize(Lenet5, 1));
        using var trainer = new Trainer(backend, model, Glyphs.Training(1500), Preprocessing.UnitRange,
            new TrainingOptions { Epochs = 3, BatchSize = 32, Seed = 1, Optimizer = new Adam { LearningRate = 3e-3f } });
        var trained = trainer.Run(cancellation: TestContext.Current.CancellationToken);
        var (reference, quantized) = (Accuracy(backend, TrainedNets.Get("lenet5")), Accuracy(backend, trained));
        Assert.True(quantized > reference - 0.02, $"float {reference}, quantized {quantized}");
        Assert.True(quantized > 0.9, $"quantized {quantized}");
        Assert.All(trained.Graph.Nodes.Where(node => node.Op is FakeQuantizeOp), node =>
            Assert.NotEqual(0, trained.Parameters[$"{node.Name}/range"].Span<float>()[1]));
    }

    [Fact]
    public void Training_OnAnyNumberOfThreads_GivesTheSameBits()
    {
        var graph = FakeQuantizers.Insert(TrainingRun.Normalized);
        Assert.Equal(Bytes(1), Bytes(3));

        byte[] Bytes(int threads)
        {
            using var backend = new CpuBackend(threads);
            using var trainer = new Trainer(
                backend, Model.Initialize(graph, 1), Glyphs.Training(100), Preprocessing.UnitRange, TrainingRun.Options);
            var trained = trainer.Run(cancellation: TestContext.Current.CancellationToken);
            return [.. trained.Parameters.SelectMany(p => p.Value.Bytes.ToArray())];
        }
    }

    private static double Accuracy(Backend backend, Model model)
    {
        var data = Glyphs.Test(1000);
        using var predictor = new Predictor(backend, model, Preprocessing.UnitRange, 100);
        var scores = predictor.Run<float>(data).Chunk(10).Select(row => row.AsSpan().IndexOf(row.Max()));
        return scores.Where((label, i) => label == data.Label(i)).Count() / (double)data.Count;
    }

    /// <summary>The layers that have a fake-quantizer behind them.</summary>
    private static string[] Quantized(Graph graph) =>
        [.. graph.Nodes.Where(node => node.Op is FakeQuantizeOp).Select(node => node.Inputs[0].Name)];
}
