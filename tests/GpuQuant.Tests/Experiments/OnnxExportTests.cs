using GpuQuant.Backends.Cpu;
using GpuQuant.Experiments;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Onnx;
using GpuQuant.Quantization.Schemes;
using GpuQuant.Tests.Models;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Experiments;

/// <summary>Exported float nets in ONNX Runtime, an implementation that shares nothing with ours, give the same numbers.</summary>
public sealed class OnnxExportTests : IDisposable
{
    private const int Batch = 3;
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    [Theory]
    [InlineData("lenet1", 28, 1)]
    [InlineData("lenet5", 28, 1)]
    [InlineData("resnet20", 32, 3)]
    [InlineData("nin", 32, 3)]
    public void ImageNet_RandomWeights_GivesTheSameLogits(string architecture, int size, int channels)
    {
        var graph = Catalog.Get<IArchitecture>("architecture", architecture).Build(new Shape(size, size, channels), 10);
        var model = WithRandomStatistics(Model.Initialize(WithoutSoftmax(graph), 5));
        AssertSame(model, size * size * channels);
    }

    /// <summary>Small nets of the blocks of the large ones, whose images are no squares up to the global average.</summary>
    [Theory]
    [InlineData("resnet50")]
    [InlineData("densenet121")]
    public void WideNet_RandomWeights_GivesTheSameLogits(string name)
    {
        var shape = new Shape(30, 18, 3);
        AssertSame(WithRandomStatistics(Model.Initialize(WithoutSoftmax(WideNetsTests.Small[name](shape, 10)), 5)), (int)shape.Count);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Layer_OfAnyForm_GivesTheSameValues(string name)
    {
        var graph = TestModels.Build(new Shape(7, 7, 3), Nets[name]);
        AssertSame(TestModels.Random(graph, 3), 7 * 7 * 3);
    }

    public static TheoryData<string> Layers => [.. Nets.Keys];

    /// <summary>What the nets of the study do not have: other strides and paddings, images that are flattened for other than dense layers,
    /// outputs that are images.</summary>
    private static readonly Dictionary<string, Func<GraphBuilder, Node, Node>> Nets = new()
    {
        ["convolution with odd padding"] = (b, x) => b.Conv2D(x, 5, kernel: 4, stride: 3),
        ["convolution inside the image"] = (b, x) => b.Conv2D(x, 5, kernel: 3, stride: 2, padding: Padding.Valid),
        ["convolution without a bias, half padding"] =
            (b, x) => b.Relu(b.Conv2D(x, 5, kernel: 5, stride: 2, padding: Padding.Half, hasBias: false)),
        ["maximum with half padding"] = (b, x) => b.MaxPool(b.Conv2D(x, 4, kernel: 3), 3, stride: 2, padding: Padding.Half),
        ["mean with half padding"] = (b, x) => b.AveragePool(x, 3, stride: 2, padding: Padding.Half),
        ["mean with padding"] = (b, x) => b.AveragePool(x, 3, stride: 2, padding: Padding.Same),
        ["mean of the whole image"] = (b, x) => b.GlobalAveragePool(x),
        ["maximum with padding"] = (b, x) => b.MaxPool(b.Conv2D(x, 4, kernel: 3), 3, stride: 2, padding: Padding.Same),
        ["flattened image as output"] = (b, x) => b.Flatten(x),
        ["flattened image, activated, dense"] = (b, x) => b.Dense(b.Relu(b.Flatten(x)), 4),
        ["flattened image for two dense layers"] = (b, x) =>
        {
            var flat = b.Flatten(b.Conv2D(x, 4, kernel: 3));
            return b.Add(b.Dense(flat, 6), b.Dense(flat, 6));
        },
        ["activations"] = (b, x) => b.Activate(b.Activate(b.Activate(x, GpuQuant.Backends.Activation.Tanh),
            GpuQuant.Backends.Activation.Sigmoid), GpuQuant.Backends.Activation.Relu6),
        ["relu6 above six"] = (b, x) => b.Activate(b.Conv2D(x, 8, kernel: 5), GpuQuant.Backends.Activation.Relu6),
        ["dense with batch-norm"] = (b, x) => b.BatchNorm(b.Dense(b.Flatten(x), 6)),
        ["residual with batch-norm"] = (b, x) => b.Relu(b.BatchNorm(b.Add(b.Conv2D(x, 3, kernel: 3), x))),
    };

    [Fact]
    public void Bytes_OfOneModel_AreTheSameEachTime()
    {
        var model = Model.Initialize(new Lenet5().Build(new Shape(28, 28, 1), 10), 1);
        Assert.Equal(OnnxExport.Bytes(model), OnnxExport.Bytes(model));
    }

    [Fact]
    public void ChannelsFirst_Input_IsTakenTransposed()
    {
        var model = TestModels.Random(TestModels.Build(new Shape(5, 6, 3), (b, x) => b.Flatten(b.Conv2D(x, 4, kernel: 3))), 3);
        var input = Array.ConvertAll(Draw.Normals(1, 5 * 6 * 3), value => (float)value);
        var turned = new float[input.Length];
        for (var pixel = 0; pixel < 30; pixel++)
            for (var c = 0; c < 3; c++)
                turned[c * 30 + pixel] = input[pixel * 3 + c];
        using var runner = new OnnxRunner(OnnxExport.Bytes(model, new OnnxOptions { Batch = 1, IsChannelsFirst = true }));
        AssertClose(TestModels.Infer<float>(_backend, model, input, 1), runner.Run(turned, 1));
        var error = Assert.Throws<ComputationException>(() => runner.Run([.. turned, .. turned], 2));
        Assert.StartsWith("ONNX Runtime cannot run the net: ", error.Message);
    }

    [Fact]
    public void Runner_NoOnnxFile_SaysSo() =>
        Assert.StartsWith("ONNX Runtime cannot run the net: ", Assert.Throws<ComputationException>(() => new OnnxRunner([1, 2, 3])).Message);

    [Fact]
    public void Export_DynamicLayers_NamesTheLayerAndTheWayOut()
    {
        var trained = TrainedNets.Get("lenet1");
        var model = new Tflite16Quantizer().Quantize(trained, new CalibrationData(_backend, Glyphs.Training(10),
            GpuQuant.Data.Preprocessing.UnitRange));
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<UsageException>(() => OnnxExport.Write(model, folder.File("net.onnx")));
        Assert.Equal("Layer 'conv2' (DynamicConv2D) has no form in ONNX here; export the trained net, or one quantized by tflite8 or "
            + "onnx-qdq.", error.Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    private void AssertSame(Model model, int inputs)
    {
        var input = Array.ConvertAll(Draw.Normals(7, Batch * inputs), value => (float)value);
        var expected = TestModels.Infer<float>(_backend, model, input, Batch);
        foreach (var isOptimized in new[] { true, false })
        {
            using var runner = new OnnxRunner(OnnxExport.Bytes(model), isOptimized);
            AssertClose(expected, runner.Run(input, Batch));
        }
    }

    /// <summary>Within 1e-4 of the largest value: sums are taken in another order.</summary>
    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var most = 1e-4f * expected.Max(Math.Abs);
        Assert.True(most > 0);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= most, $"element {i}: {actual[i]} in place of {expected[i]}");
    }

    private static Graph WithoutSoftmax(Graph graph) =>
        GraphRewriter.Rewrite(graph, (node, inputs, _) => node.Op is SoftmaxOp ? inputs[0] : null);

    /// <summary>Batch normalizations that are not the identity, as those of a new net are.</summary>
    private static Model WithRandomStatistics(Model model)
    {
        var random = TestModels.Random(model.Graph, 11, 0.1).Parameters;
        return model with
        {
            Parameters = model.Parameters.With(random.Where(p => !p.Key.EndsWith("/kernel", StringComparison.Ordinal))),
        };
    }
}
