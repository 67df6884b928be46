using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
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

    private CalibrationData Data(ImageDataset images) => new(_backend, images, Preprocessing.UnitRange);
}
