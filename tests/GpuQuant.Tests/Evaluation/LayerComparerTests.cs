using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Evaluation;

/// <summary>The comparison of layers against outputs that are computed one by one, and for every scheme of the catalogue.</summary>
public sealed class LayerComparerTests : IDisposable
{
    private const int Samples = 20;
    private readonly CpuBackend _backend = new(2);

    public static TheoryData<string> Schemes => [.. Catalog.All<IQuantizer>().Select(quantizer => quantizer.Name)];

    // nin has layers of 2,400 inputs, which GPTQ takes long to invert; it adds dropout and average pooling, which all schemes treat alike.
    public static TheoryData<string, string> ImageNets =>
        [.. Catalog.All<IQuantizer>().Select(scheme => (scheme.Name, "resnet20")).Concat([("tflite8", "nin"), ("coreml8", "nin")])];

    public void Dispose() => _backend.Dispose();

    /// <summary>Each model's layers run by themselves; lenet1 has no layer that is taken up by another but its activations.</summary>
    [Theory]
    [InlineData("tflite8")]
    [InlineData("onnx-qdq")]
    public void Accumulated_IsTheErrorOfTheLayersOutputs(string scheme)
    {
        var (trained, deployed) = Models("lenet1", scheme);
        var (reference, meanings) = (LayerComparer.Reference(trained), IntegerMeaning.Of(deployed.Graph));
        var images = Glyphs.Test(Samples);
        var compared = Compare(trained, deployed, images, 7).Where(layer => layer.Layer != "input" && layer.Meaning is not null).ToArray();
        Assert.Equal(scheme == "tflite8" ? ["conv1", "pool1", "conv2", "pool2", "dense1", "softmax1"]
            : ["conv1", "pool1", "conv2", "pool2", "dense1"], compared.Select(layer => layer.Layer));
        foreach (var layer in compared.Where(layer => layer.Layer != "softmax1"))
        {
            var exact = TestModels.Infer<float>(_backend, reference, Input(images), Samples, layer: layer.Layer);
            var meaning = meanings[deployed.Graph[layer.Layer]];
            var given = TestModels.Infer<sbyte>(_backend, deployed, Input(images), Samples, layer: layer.Layer)
                .Select(q => (q - meaning.ZeroPoint) * meaning.Scale).ToArray();
            var noise = exact.Zip(given, (x, q) => ((double)x - q) * ((double)x - q)).Sum();
            Assert.Equal(exact.Length, layer.Values);
            Assert.Equal(noise / exact.Length, layer.Accumulated.Mse, noise * 1e-9);
            Assert.Equal(10 * Math.Log10(exact.Sum(x => (double)x * x) / noise), layer.Accumulated.SqnrDb, 1e-9);
            Assert.Equal(exact.LongLength, layer.Histogram.Count);
        }
    }

    /// <summary>A net with one layer's weights rounded and its bias corrected has, at that layer, that layer's own error and no other.</summary>
    [Theory]
    [InlineData("int4")]
    [InlineData("coreml8")]
    public void Own_IsTheErrorOfOneLayerAlone(string scheme)
    {
        var (trained, deployed) = Models("lenet5", scheme);
        var images = Glyphs.Test(Samples);
        var compared = Compare(trained, deployed, images, 16);
        foreach (var name in new[] { "conv2", "dense1", "dense3" })
        {
            var single = trained with
            {
                Parameters = trained.Parameters.With(
                    new[] { $"{name}/kernel", $"{name}/bias" }.Select(part => KeyValuePair.Create(part, deployed.Parameters[part]))),
            };
            var layer = compared.Single(layer => layer.Layer == name);
            Assert.Equal(Compare(trained, single, images, 16).Single(layer => layer.Layer == name).Accumulated, layer.Own);
        }
        var last = compared.Single(layer => layer.Layer == "dense3");
        Assert.NotEqual(last.Own, last.Accumulated);
    }

    /// <summary>
    /// The same for integers: dense1's input, the float model's, rounded to the deployed integers, times the deployed weights as values.
    /// What is left is the rounding of the output and of the bias, each at most half a step of its own.
    /// </summary>
    [Fact]
    public void Own_InIntegers_IsTheLayerOnTheFloatModelsValues()
    {
        var (trained, deployed) = Models("lenet1", "tflite8");
        var images = Glyphs.Test(Samples);
        var input = TestModels.Infer<float>(_backend, LayerComparer.Reference(trained), Input(images), Samples, layer: "pool2");
        var output = ((IntDenseOp)deployed.Graph["dense1"].Op).Output;
        var rounded = Array.ConvertAll(input, x => Math.Round(x / output.InputScale) * output.InputScale);
        var (weights, step) = (deployed.Parameters["dense1/kernel"].Span<sbyte>().ToArray(),
            deployed.Parameters["dense1/weight_scales"].Span<float>()[0]);
        var (biases, length) = (trained.Parameters["dense1/bias"].Span<float>().ToArray(), input.Length / Samples);
        var exact = TestModels.Infer<float>(_backend, LayerComparer.Reference(trained), Input(images), Samples, layer: "dense1");
        var greatest = exact.Select((x, i) => Math.Abs(x - biases[i % 10] - Enumerable.Range(0, length)
            .Sum(k => rounded[i / 10 * length + k] * weights[i % 10 * length + k] * step))).Max();
        var own = Compare(trained, deployed, images, 16).Single(layer => layer.Layer == "dense1");
        Assert.InRange(own.Own.Greatest, greatest - output.OutputScale, greatest + output.OutputScale);
        Assert.NotEqual(own.Own, own.Accumulated);
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Compare_AnyBatchSize_GivesTheSame(string scheme)
    {
        var (trained, deployed) = Models("lenet1", scheme);
        var expected = Compare(trained, deployed, Glyphs.Test(Samples), 1);
        foreach (var batch in new[] { 7, Samples, 32 })
        {
            var actual = Compare(trained, deployed, Glyphs.Test(Samples), batch);
            Assert.Equal(expected.Select(Plain), actual.Select(Plain));
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Histogram.Counts, pair.Second.Histogram.Counts));
        }
    }

    /// <summary>Batch normalizations folded or not, activations behind sums or in layers: values of one meaning are compared.</summary>
    [Theory]
    [MemberData(nameof(ImageNets))]
    public void Compare_ImageNet_PairsLayersOfTheSameMeaning(string scheme, string net)
    {
        var graph = Catalog.Get<IArchitecture>("architecture", net).Build(new Shape(8, 8, 3), 10);
        var trained = TestModels.Random(graph, 7, 0.2);
        var images = SmallImages.Random(8, 8, 8, 3);
        var deployed = Catalog.Get<IQuantizer>("quantizer", scheme).Quantize(trained, new(_backend, images, Preprocessing.UnitRange));
        var layers = Compare(trained, deployed, images, 4);
        var expected = graph.Nodes.Where(node => node.Op is Conv2DOp or DenseOp or AddOp or Pool2DOp).Select(node => node.Name);
        Assert.Superset(expected.ToHashSet(), layers.Select(layer => layer.Layer).ToHashSet());
        // A layer that is compared with another's values is off by more than its own size: below 0 dB.
        Assert.All(layers, layer => Assert.True(layer.Own.SqnrDb > (scheme == "ternary" ? 0 : 10), $"{layer}"));
        Assert.Contains(layers, layer => double.IsFinite(layer.Accumulated.SqnrDb));
    }

    [Fact]
    public void Compare_ModelWithItself_IsExact()
    {
        var trained = TrainedNets.Get("lenet1");
        Assert.All(Compare(trained, trained, Glyphs.Test(5), 2), layer =>
        {
            Assert.Equal(new LayerError(0, double.PositiveInfinity, 1, 0), layer.Accumulated);
            Assert.Equal(layer.Accumulated, layer.Own);
            Assert.Null(layer.SaturationPct);
        });
    }

    [Fact]
    public void Compare_WrongInput_SaysSo()
    {
        var lenet = TrainedNets.Get("lenet1");
        Refuses("gives 28x28x4 in the float model and 28x28x6 in the deployed one",
            () => Compare(lenet, TrainedNets.Get("lenet5"), Glyphs.Test(1), 1));
        Refuses("The model takes samples of 28x28x1; random has 8x8x1.", () => Compare(lenet, lenet, SmallImages.Random(1, 8, 8), 1));
        Refuses("holds no samples", () => Compare(lenet, lenet, Glyphs.Test(0), 1));
        var broken = lenet with { Parameters = lenet.Parameters.With([KeyValuePair.Create("conv2/bias", NotANumber(lenet))]) };
        var error = Assert.Throws<ComputationException>(() => Compare(lenet, broken, Glyphs.Test(1), 1));
        Assert.StartsWith("Layer 'conv2' gives infinite or undefined values", error.Message);

        static void Refuses(string sentence, Action compare) => Assert.Contains(sentence, Assert.Throws<UsageException>(compare).Message);
    }

    /// <summary>Everything but the histogram, which is compared by its counts.</summary>
    private static object Plain(LayerComparison layer) => layer with { Histogram = null! };

    private static Tensor NotANumber(Model model)
    {
        var bias = model.Parameters["conv2/bias"].Clone();
        bias.Span<float>()[0] = float.NaN;
        return bias;
    }

    private IReadOnlyList<LayerComparison> Compare(Model trained, Model deployed, IDataset data, int batch)
    {
        using var comparer = new LayerComparer(_backend, trained, deployed, Preprocessing.UnitRange, batch);
        return comparer.Compare(data);
    }

    private (Model Trained, Model Deployed) Models(string net, string scheme) => (TrainedNets.Get(net),
        Catalog.Get<IQuantizer>("quantizer", scheme)
            .Quantize(TrainedNets.Get(net), new(_backend, Glyphs.Training(100), Preprocessing.UnitRange)));

    private static float[] Input(IDataset data) => Array.ConvertAll(data.Samples(data.Count), x => x * (1f / 255f));
}
