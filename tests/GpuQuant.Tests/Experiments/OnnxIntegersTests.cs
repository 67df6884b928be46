using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Experiments;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Onnx;
using GpuQuant.Tests.Support;
using GpuQuant.Training;

namespace GpuQuant.Tests.Experiments;

/// <summary>Exported integer nets: onnx-qdq has ONNX Runtime's integers, tflite8 its own rounding.</summary>
public sealed class OnnxIntegersTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void Qdq_RandomNets_HaveTheRuntimesIntegers()
    {
        const int nets = 300, batch = 2;
        for (var seed = 1UL; seed <= nets; seed++)
        {
            var (model, images) = RandomNet(seed);
            var quantized = new OnnxQdqQuantizer { CalibrationSamples = 4 }
                .Quantize(model, new CalibrationData(_backend, images, Preprocessing.UnitRange));
            var input = Array.ConvertAll(images.Samples(batch), value => value / 255f);
            AssertSameIntegers(quantized, input, batch, mostTies: 0);
        }
    }

    [Theory]
    [InlineData("lenet1", 1)]
    [InlineData("lenet5", 0)]
    public void Qdq_EveryLayerOfALenet_HasTheRuntimesIntegers(string architecture, int mostTies)
    {
        var quantized = Quantize(new OnnxQdqQuantizer(), TrainedNets.Get(architecture));
        var input = Array.ConvertAll(Glyphs.Test(20).Samples(20), value => value / 255f);
        foreach (var node in quantized.Graph.Nodes.Where(node => node.Output.Type == DType.Int8))
            AssertSameIntegers(UpTo(quantized, node), input, 20, mostTies);
    }

    /// <summary>The export gives integers as floats, which are equal only if the integers are.</summary>
    /// <param name="quantized">The net.</param>
    /// <param name="input">Its input.</param>
    /// <param name="batch">Images.</param>
    /// <param name="mostTies">
    /// Values that may differ by one step. Of the 47,040 of lenet1's second convolution one lies on the very edge between two integers;
    /// why ONNX Runtime takes the other one there, with the same factor, is open.
    /// </param>
    private void AssertSameIntegers(Model quantized, float[] input, int batch, int mostTies)
    {
        using var runner = new OnnxRunner(OnnxExport.Bytes(quantized));
        var theirs = runner.Run(input, batch);
        var (scale, zeroPoint) = MeaningOf(quantized.Graph.Output);
        foreach (var arithmetic in Enum.GetValues<Arithmetic>())
        {
            var ours = TestModels.Infer<sbyte>(_backend, quantized, input, batch, arithmetic);
            Assert.Equal(ours.Length, theirs.Length);
            var steps = ours.Select((q, i) => Math.Abs((q - zeroPoint) * scale - theirs[i]) / scale).ToArray();
            Assert.InRange(steps.Count(step => step > 0), 0, mostTies);
            Assert.InRange(steps.Max(), 0, 1.001f);
        }
    }

    private static (float Scale, int ZeroPoint) MeaningOf(Node node) => node.Op switch
    {
        QuantizeOp op => (op.Scale, op.ZeroPoint),
        IntConv2DOp { Output: var output } => (output.OutputScale, output.OutputZeroPoint),
        IntDenseOp { Output: var output } => (output.OutputScale, output.OutputZeroPoint),
        _ => MeaningOf(node.Inputs[0]),
    };

    [Fact]
    public void Qdq_Lenet5OnMnist_GivesTheSameClassesForAllImages()
    {
        var folder = RealData.RequireMnist();
        var train = Subset.First(new MnistSource().Load(DataPart.Train, folder), 2000);
        using var trainer = new Trainer(_backend, Model.Initialize(new Lenet5().Build(new Shape(28, 28, 1), 10), 1), train,
            Preprocessing.UnitRange, new TrainingOptions { Epochs = 2, BatchSize = 32, Seed = 1, Optimizer = new Adam() });
        var quantized = new OnnxQdqQuantizer().Quantize(trainer.Run(cancellation: TestContext.Current.CancellationToken),
            new CalibrationData(_backend, train, Preprocessing.UnitRange));
        var comparison = Compare(quantized, new MnistSource().Load(DataPart.Test, folder));
        Assert.Equal((10_000, 0), (comparison.Samples, comparison.DifferentClasses));
        // A step of one logit between two likely classes; see above for the edges between integers.
        Assert.True(comparison.LargestDifference < 0.02f, $"probabilities differ by {comparison.LargestDifference}");
    }

    [Theory]
    [InlineData("resnet20")]
    [InlineData("nin")]
    public void Qdq_NetWithFloatParts_StaysWithinAStepOfTheRuntime(string architecture)
    {
        // Sums, means and batch normalizations run in float, where ONNX Runtime has another order of operations: a value at a tie can go
        // to the next integer, and what follows with it.
        var graph = Catalog.Get<IArchitecture>("architecture", architecture).Build(new Shape(16, 16, 3), 10);
        var images = SmallImages.Random(40, 16, 16, 3);
        var quantized = new OnnxQdqQuantizer().Quantize(
            Model.Initialize(graph, 3), new CalibrationData(_backend, images, Preprocessing.UnitRange));
        var comparison = Compare(quantized, images);
        Assert.True(comparison.LargestDifference < 0.02f, $"probabilities differ by {comparison.LargestDifference}");
        Assert.True(comparison.DifferentClasses <= 2, $"{comparison.DifferentClasses} of 40 classes differ");
    }

    [Theory]
    [InlineData("lenet1")]
    [InlineData("lenet5")]
    public void Tflite8_Lenet_GivesNearlyTheSameProbabilities(string architecture)
    {
        var comparison = Compare(Quantize(new Tflite8Quantizer(), TrainedNets.Get(architecture)), Glyphs.Test(300));
        Assert.InRange(comparison.DifferentClasses, 0, 3);
        Assert.True(comparison.LargestDifference < 0.1f, $"probabilities differ by {comparison.LargestDifference}");
    }

    private OnnxComparison Compare(Model model, IDataset data)
    {
        var saved = new SavedModel(new ModelCard(data.Name, "net", "standard", 1, 1), model, Preprocessing.UnitRange);
        return OnnxComparison.Of(_backend, saved, OnnxExport.Bytes(model), data);
    }

    private Model Quantize(IQuantizer quantizer, Model model) =>
        quantizer.Quantize(model, new CalibrationData(_backend, Glyphs.Training(100), Preprocessing.UnitRange));

    /// <summary>The model that ends with a layer.</summary>
    private static Model UpTo(Model model, Node last)
    {
        var (builder, copies) = (new GraphBuilder(), new Dictionary<Node, Node>());
        foreach (var node in model.Graph.Nodes)
            copies[node] = builder.Add(node.Op, [.. node.Inputs.Select(input => copies[input])], node.Name);
        return model with { Graph = builder.Build(copies[last]) };
    }

    /// <summary>One to three convolutions and poolings of any form, perhaps a dense layer, with random weights; and images.</summary>
    private static (Model Model, IDataset Images) RandomNet(ulong seed)
    {
        var random = new RandomStream(seed, RandomPurpose.Test);
        var (size, channels) = (random.NextInt32(5, 13), random.NextInt32(1, 5));
        var graph = TestModels.Build(new Shape(size, size, channels), (b, x) =>
        {
            for (var layers = random.NextInt32(1, 4); layers > 0; layers--)
            {
                x = b.Conv2D(x, random.NextInt32(1, 9), random.NextInt32(1, 6), random.NextInt32(1, 3));
                x = random.NextInt32(0, 3) == 0 ? x : b.Relu(x);
                x = random.NextInt32(0, 2) == 0 ? x : b.MaxPool(x, 2, padding: Padding.Same);
            }
            return random.NextInt32(0, 2) == 0 ? x : b.Dense(b.Flatten(x), random.NextInt32(1, 12));
        });
        return (TestModels.Random(graph, seed), SmallImages.Random(4, size, size, channels, seed));
    }
}
