using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Parts;
using GpuQuant.Quantization.Schemes;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization;

public sealed class CalibrationTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);
    private readonly Model _model = TestModels.Random(TestModels.Build(new Shape(3, 3, 1), (b, x) =>
        b.Softmax(b.Dense(b.Flatten(b.Relu(b.Conv2D(x, 2, 3))), 2))), 1);

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void Measure_Samples_GivesEveryLayersLeastAndGreatest()
    {
        var images = SmallImages.Random(20, 3, 3);
        var ranges = ActivationRanges.Measure(_model, Data(images), 20);
        var net = new DoubleNet(_model.Graph, 20, isTraining: false);
        net.Run(_model.Parameters.Doubles(), [.. images.Samples(20).Select(b => (double)(b * Preprocessing.UnitRange.Scale))]);
        Assert.Equal(_model.Graph.Nodes.Select(node => node.Name).Order(), ranges.Keys.Order());
        foreach (var node in _model.Graph.Nodes)
        {
            Assert.Equal(net[node].Min(), ranges[node.Name].Minimum, 1e-5);
            Assert.Equal(net[node].Max(), ranges[node.Name].Maximum, 1e-5);
        }
    }

    /// <summary>130 samples are two batches and a part of one; the histogram beside is made of all outputs at once.</summary>
    [Theory]
    [InlineData("minmax", 1)]
    [InlineData("percentile:0.99", 1)]
    [InlineData("mse", 2)]
    [InlineData("kl", 3)]
    public void Measure_ByRule_GivesTheRangeOfAllOutputsAtOnce(string text, int threads)
    {
        var (images, rule) = (SmallImages.Random(130, 3, 3), RangeRule.Parse(text));
        using var backend = new CpuBackend(threads);
        var ranges = ActivationRanges.Measure(_model,
            new CalibrationData(backend, SmallImages.Random(200, 3, 3), Preprocessing.UnitRange) { Samples = 130, Range = rule }, 7);
        foreach (var node in _model.Graph.Nodes)
        {
            var seen = new ValueHistogram();
            seen.Add(Outputs(node, images));
            var (low, high) = RangeSearch.Of(QuantizerSpec.Parse($"int8 asymmetric tensor {text}"), seen);
            Assert.Equal(((float)low, (float)high), ranges[node.Name]);
        }
    }

    /// <summary>
    /// Of a net of three layers, 4 bits leave 8 to the input, to what the last layer takes (the second convolution's output) and to
    /// the logits; 16 bits, symmetric, are those of all. The divergence is that of 8 bits at least.
    /// </summary>
    [Theory]
    [InlineData("mse", 4)]
    [InlineData("kl", 4)]
    [InlineData("mse", 16)]
    public void Measure_ByRule_MinimizesTheErrorOfEachLayersOwnIntegers(string text, int bits)
    {
        var model = TestModels.Random(TestModels.Build(new Shape(3, 3, 1), (b, x) =>
            b.Softmax(b.Dense(b.Flatten(b.Relu(b.Conv2D(b.Relu(b.Conv2D(x, 2, 3)), 2, 3))), 2))), 1);
        var images = SmallImages.Random(130, 3, 3);
        var calibration = Data(images) with { Samples = 130, Range = RangeRule.Parse(text) };
        var ranges = ActivationRanges.Measure(model, calibration, 7, new IntegerScheme(4, bits));
        string[] narrow = ["conv1", "relu1"];
        Assert.All(model.Graph.Nodes, node =>
        {
            var seen = new ValueHistogram();
            seen.Add(Outputs(model, node, images));
            var width = bits == 4 && (text == "kl" || !narrow.Contains(node.Name)) ? 8 : bits;
            var kind = width > 8 ? "symmetric" : "asymmetric";
            var (low, high) = RangeSearch.Of(QuantizerSpec.Parse($"int{width} {kind} tensor {text}"), seen);
            Assert.Equal(((float)low, (float)high), ranges[node.Name]);
        });
        if (bits == 4 && text == "mse")
            Assert.NotEqual(ActivationRanges.Measure(model, calibration, 7)["conv1"], ranges["conv1"]);
    }

    /// <summary>The first batch of 50 starts the average; the second moves it by a tenth, then the third, of 30 samples.</summary>
    [Fact]
    public void Measure_MovingAverage_FollowsTheBatches()
    {
        var images = SmallImages.Random(130, 3, 3);
        var ranges = ActivationRanges.Measure(_model, Data(images) with { Samples = 130, Range = RangeRule.MovingAverage(0.9) }, 7);
        foreach (var node in _model.Graph.Nodes)
        {
            var outputs = Outputs(node, images);
            var perSample = outputs.Length / 130;
            double[] least = [.. new[] { 0..50, 50..100, 100..130 }.Select(batch =>
                outputs[(batch.Start.Value * perSample)..(batch.End.Value * perSample)].Min())];
            Assert.Equal(0.9 * (0.9 * least[0] + 0.1 * least[1]) + 0.1 * least[2], ranges[node.Name].Minimum, 1e-6);
        }
    }

    /// <summary>All outputs of 5,000 samples take 5,000 x 60 x 4 bytes; the device has a twelfth of that.</summary>
    [Theory]
    [InlineData("minmax")]
    [InlineData("kl")]
    public void Measure_MoreSamplesThanMemoryHolds_Works(string rule)
    {
        using var backend = new StarvedBackend(100_000);
        var calibration = new CalibrationData(backend, SmallImages.Random(5000, 3, 3), Preprocessing.UnitRange)
        { Samples = 5000, Range = RangeRule.Parse(rule) };
        Assert.Equal(1, ActivationRanges.Measure(_model, calibration, 7)[_model.Graph.Input.Name].Maximum, 1e-2f);
    }

    /// <summary>One white picture among 1,000 grey ones, 0.1 % of the values, is beyond the share that the percentile keeps.</summary>
    [Fact]
    public void Quantize_PercentileInPercent_CutsWhatIsRare()
    {
        var pixels = new byte[1000 * 9];
        Array.Fill(pixels, (byte)128);
        Array.Fill(pixels, (byte)255, 4500, 9);
        var images = new ImageDataset("grey", pixels, new byte[1000], new Shape(3, 3, 1), 2);
        var data = Data(images) with { Samples = 1000, Range = RangeRule.Parse("percentile:99.8") };
        var quantized = new Tflite8Quantizer().Quantize(_model, data);
        // To the end of the histogram's bin, one of 1,024 for values up to 1.
        Assert.InRange(((QuantizeOp)quantized.Graph.Nodes[1].Op).Scale, 128 / 255.0 / 255, (128 / 255.0 + 1 / 1024.0) / 255);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Measure_ByRuleModelWithUndefinedValues_NamesTheLayer(float poison)
    {
        var bad = _model with
        {
            Parameters = _model.Parameters.With([KeyValuePair.Create("dense1/bias", Tensor.From<float>([0, poison], new Shape(2)))])
        };
        var error = Assert.Throws<ComputationException>(() => ActivationRanges.Measure(bad,
            Data(SmallImages.Random(5, 3, 3)) with { Range = RangeRule.Mse }, 5));
        Assert.StartsWith("Layer 'dense1' gives infinite or undefined values", error.Message);
    }

    /// <summary>One sample among grey ones is white: at position 99 it widens the input's range, at position 100 it is not looked at.</summary>
    [Theory]
    [InlineData(99, 1)]
    [InlineData(100, 0.5)]
    public void Quantize_Tflite8_LooksAtTheFirst100Samples(int white, double greatest)
    {
        var pixels = new byte[120 * 9];
        Array.Fill(pixels, (byte)128);
        Array.Fill(pixels, (byte)255, white * 9, 9);
        var quantized = new Tflite8Quantizer().Quantize(_model,
            Data(new ImageDataset("grey", pixels, new byte[120], new Shape(3, 3, 1), 2)));
        Assert.Equal(greatest / 255, ((QuantizeOp)quantized.Graph.Nodes[1].Op).Scale, 1e-4);
    }

    /// <summary>All inputs lie between 0.4 and 1: the range is widened to hold 0, which is -128.</summary>
    [Fact]
    public void Quantize_RangeAwayFromZero_StillHoldsZero()
    {
        var pixels = Draw.Bytes(1, 900).Select(b => (byte)(102 + b * 153 / 255)).ToArray();
        pixels[5] = 255;
        var quantized = new Tflite8Quantizer().Quantize(_model,
            Data(new ImageDataset("light", pixels, new byte[100], new Shape(3, 3, 1), 2)));
        Assert.Equal(-128, ((QuantizeOp)quantized.Graph.Nodes[1].Op).ZeroPoint);
        Assert.Equal(1 / 255.0, ((QuantizeOp)quantized.Graph.Nodes[1].Op).Scale, 1e-9);
    }

    [Fact]
    public void Quantize_FewerSamples_UsesThoseThereAre()
    {
        var quantized = new Tflite8Quantizer().Quantize(_model, Data(SmallImages.Random(1, 3, 3)));
        Assert.IsType<IntSoftmaxOp>(quantized.Graph.Output.Op);
    }

    [Fact]
    public void Quantize_NoSamples_IsRefused()
    {
        var none = new ImageDataset("none", [], [], new Shape(3, 3, 1), 2);
        var error = Assert.Throws<UsageException>(() => new Tflite8Quantizer().Quantize(_model, Data(none)));
        Assert.Equal("none holds no samples to calibrate with.", error.Message);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Quantize_ModelWithUndefinedValues_NamesTheLayer(float poison)
    {
        var bad = _model with
        {
            Parameters = _model.Parameters.With(
            [KeyValuePair.Create("dense1/bias", Tensor.From<float>([0, poison], new Shape(2)))])
        };
        var error = Assert.Throws<ComputationException>(() => new Tflite8Quantizer().Quantize(bad, Data(SmallImages.Random(5, 3, 3))));
        Assert.StartsWith("Layer 'dense1' gives values from", error.Message);
    }

    private float[] Outputs(Node node, ImageDataset images) => Outputs(_model, node, images);

    private float[] Outputs(Model model, Node node, ImageDataset images)
    {
        using var predictor = new Predictor(_backend, model, Preprocessing.UnitRange, 40, layer: node.Name);
        return predictor.Run<float>(images);
    }

    private CalibrationData Data(ImageDataset images) => new(_backend, images, Preprocessing.UnitRange);
}
