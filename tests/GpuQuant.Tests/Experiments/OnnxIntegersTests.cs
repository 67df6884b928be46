using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Experiments;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Onnx;
using GpuQuant.Quantization.Schemes;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Tests.Experiments;

/// <summary>Exported integer nets: onnx-qdq has ONNX Runtime's integers, tflite8 its own rounding.</summary>
public sealed class OnnxIntegersTests : IDisposable
{
    private const int RandomGraphs = 300, RandomImages = 3;

    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    /// <summary>Sums as ONNX defines them; ONNX Runtime's own fused addition rounds in another way (<see cref="OnnxOptions"/>).</summary>
    [Theory]
    [InlineData(false, RandomGraphs)]
    [InlineData(true, RandomGraphs / 4)]
    public void Qdq_RandomNets_HaveTheRuntimesIntegers(bool hasQLinearLayers, int graphs)
    {
        var options = new OnnxOptions { HasExactSums = true, HasQLinearLayers = hasQLinearLayers };
        for (var seed = 1UL; seed <= (ulong)graphs; seed++)
        {
            var (model, images) = RandomNets.Draw(seed, RandomImages, hasFloatLayers: false);
            var quantized = new OnnxQdqQuantizer().Quantize(
                model, new CalibrationData(_backend, Subset.First(images, RandomImages - 1), Preprocessing.UnitRange));
            var input = Array.ConvertAll(images.Samples(RandomImages), value => value / 255f);
            AssertSameIntegers(quantized, input, RandomImages, options, $"net {seed}");
        }
    }

    [Theory]
    [InlineData("lenet1", false)]
    [InlineData("lenet1", true)]
    [InlineData("lenet5", false)]
    [InlineData("lenet5", true)]
    public void Qdq_EveryLayerOfALenet_HasTheRuntimesIntegers(string architecture, bool hasQLinearLayers)
    {
        var quantized = Quantize(new OnnxQdqQuantizer(), TrainedNets.Get(architecture));
        var input = Array.ConvertAll(Glyphs.Test(20).Samples(20), value => value / 255f);
        foreach (var node in quantized.Graph.Nodes.Where(node => node.Output.Type == DType.Int8))
            AssertSameIntegers(UpTo(quantized, node), input, 20, new OnnxOptions { HasQLinearLayers = hasQLinearLayers }, architecture);
    }

    /// <summary>The export gives integers as floats, which are equal only if the integers are.</summary>
    private void AssertSameIntegers(Model quantized, float[] input, int batch, OnnxOptions options, string net)
    {
        using var runner = new OnnxRunner(OnnxExport.Bytes(quantized, options));
        var theirs = runner.Run(input, batch);
        var (scale, zeroPoint) = MeaningOf(quantized.Graph.Output);
        foreach (var arithmetic in Enum.GetValues<Arithmetic>())
        {
            var ours = TestModels.Infer<sbyte>(_backend, quantized, input, batch, arithmetic);
            Assert.Equal(ours.Length, theirs.Length);
            var different = ours.Where((q, i) => (q - zeroPoint) * scale != theirs[i]).Count();
            Assert.True(different == 0,
                $"{different} of {ours.Length} integers of '{quantized.Graph.Output.Name}' differ, {net}, {arithmetic}.");
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
    [InlineData("resnet20", true)]
    [InlineData("resnet20", false)]
    [InlineData("nin", true)]
    public void Qdq_NetWithFloatParts_StaysWithinAStepOfTheRuntime(string architecture, bool hasExactSums)
    {
        // Means and batch normalizations run in float, where ONNX Runtime has another order of operations, and its own fused addition rounds
        // in another way: a value at a tie can go to the next integer, and what follows with it. Then only the classes are comparable.
        var graph = Catalog.Get<IArchitecture>("architecture", architecture).Build(new Shape(16, 16, 3), 10);
        var images = SmallImages.Random(40, 16, 16, 3);
        var quantized = new OnnxQdqQuantizer().Quantize(
            Model.Initialize(graph, 3), new CalibrationData(_backend, images, Preprocessing.UnitRange));
        var comparison = Compare(quantized, images, new OnnxOptions { HasExactSums = hasExactSums });
        Assert.True(comparison.LargestDifference < 0.02f || !hasExactSums, $"probabilities differ by {comparison.LargestDifference}");
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

    private OnnxComparison Compare(Model model, IDataset data, OnnxOptions? options = null)
    {
        var saved = new SavedModel(new ModelCard(data.Name, "net", "standard", 1, 1), model, Preprocessing.UnitRange);
        return OnnxComparison.Of(_backend, saved, OnnxExport.Bytes(model, options), data);
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
}
