using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Schemes;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization;

/// <summary>Which layers the schemes with float arithmetic quantize, and to what.</summary>
public sealed class FloatWeightQuantizerTests : IDisposable
{
    private readonly CpuBackend _backend = new(1);

    public void Dispose() => _backend.Dispose();

    [Theory]
    [InlineData(31, 33, false)] // 1,023 weights
    [InlineData(32, 32, true)] // 1,024
    public void Tflite16_DenseOf1024Weights_IsQuantized(int inputs, int units, bool expected)
    {
        var quantized = Quantize(new Tflite16Quantizer(), TestModels.Build(new Shape(inputs), (b, x) => b.Dense(x, units)));
        Assert.Equal(expected, quantized.Graph["dense1"].Op is DynamicDenseOp { Weights.PerChannel: false });
        Assert.Equal(expected ? DType.Int8 : DType.Float32, quantized.Parameters["dense1/kernel"].Type);
    }

    [Theory]
    [InlineData(3, 113, false)] // 3 * 3 * 113 = 1,017 weights
    [InlineData(4, 114, true)] // 4 * 9 * 114
    public void Tflite16_ConvolutionOf1024Weights_IsQuantizedPerChannel(int channels, int inputs, bool expected)
    {
        var graph = TestModels.Build(new Shape(4, 4, inputs), (b, x) => b.Relu(b.Conv2D(x, channels, channels == 3 ? 1 : 3, name: "c")));
        var quantized = Quantize(new Tflite16Quantizer(), graph);
        Assert.Equal(expected, quantized.Graph["c"].Op is DynamicConv2DOp { Weights: { PerChannel: true, Activation: Activation.Relu } });
        Assert.Equal(expected ? DType.Int8 : DType.Float32, quantized.Parameters["c/kernel"].Type);
    }

    [Theory]
    [InlineData(4, 4, 64, true)] // 64 * 4 * 4 * 4 = 4,096 weights
    [InlineData(4, 4, 63, false)] // 4,032
    [InlineData(3, 4, 100, false)] // 3 input channels
    public void Coreml8_Convolution_IsQuantizedFrom4ChannelsAnd4096WeightsOn(int inputs, int kernel, int channels, bool expected)
    {
        var graph = TestModels.Build(new Shape(5, 5, inputs), (b, x) => b.Conv2D(x, channels, kernel));
        Assert.Equal(expected ? ["conv1/kernel"] : [], Changed(new Coreml8Quantizer(), graph));
    }

    [Fact]
    public void Coreml8_Lenets_HaveOnlyTheirDenseKernelsQuantized()
    {
        Assert.Equal(["dense1/kernel"], Changed(new Coreml8Quantizer(), new Lenet1().Build(new Shape(28, 28, 1), 10)));
        Assert.Equal(["dense1/kernel", "dense2/kernel", "dense3/kernel"],
            Changed(new Coreml8Quantizer(), new Lenet5().Build(new Shape(28, 28, 1), 10)));
    }

    // Channel 0 has step 1 from 0 to 255: 126.5 and 127.5 go to the even neighbours. Channel 1 is constant. Channel 2 has step 2 from -10.
    [Fact]
    public void Coreml8_Round_TakesTheNearestOf256StepsPerChannel() => Assert.Equal(
        [0, 255, 126, 128, 7, 7, 7, 7, -10, 500, -8, -6],
        Coreml8Quantizer.Round(Tensor.From<float>([0, 255, 126.5f, 127.5f, 7, 7, 7, 7, -10, 500, -8.9f, -6.9f], new Shape(3, 4)))
            .Span<float>().ToArray());

    // 2,049 lies between the halves 2,048 and 2,050 and goes to the even one; 1/3 has 10 fraction bits; 1e-9 is below the least half.
    [Fact]
    public void Coreml16_Parameters_AreRoundedToHalves()
    {
        var graph = TestModels.Build(new Shape(2), (b, x) => b.BatchNorm(b.Dense(x, 2)));
        var model = TestModels.Random(graph, 1);
        model = model with
        {
            Parameters = model.Parameters.With(
            [
                KeyValuePair.Create("dense1/kernel", Tensor.From<float>([2049, 1 / 3f, 1e-9f, -0.5f], new Shape(2, 2))),
                KeyValuePair.Create("dense1/bias", Tensor.From<float>([0.1f, 65504], new Shape(2))),
            ]),
        };
        var quantized = new Coreml16Quantizer().Quantize(model, Calibration(new Shape(2)));
        Assert.Equal([2048, 0.333251953125f, 0, -0.5f], quantized.Parameters["dense1/kernel"].Span<float>().ToArray());
        Assert.Equal([0.0999755859375f, 65504], quantized.Parameters["dense1/bias"].Span<float>().ToArray());
        Assert.Equal(model.Parameters["batch_norm1/gamma"].Bytes.ToArray(), quantized.Parameters["batch_norm1/gamma"].Bytes.ToArray());
    }

    [Fact]
    public void Coreml16_Encode_StoresHalvesWhereTheyAreExact()
    {
        var quantizer = new Coreml16Quantizer();
        Assert.Equal(DType.Float16, quantizer.Encode("a", Tensor.From<float>([0.5f, -3, 65504], new Shape(3))).Parts[""].Type);
        var inexact = Tensor.From<float>([0.5f, 0.1f], new Shape(2));
        Assert.Same(inexact, quantizer.Encode("b", inexact).Parts[""]);
    }

    private string[] Changed(Coreml8Quantizer quantizer, Graph graph)
    {
        var model = TestModels.Random(graph, 1);
        var quantized = quantizer.Quantize(model, Calibration(graph.Input.Output.Shape));
        return [.. model.Parameters.Keys.Where(name => !model.Parameters[name].Bytes.SequenceEqual(quantized.Parameters[name].Bytes))];
    }

    private Model Quantize(Tflite16Quantizer quantizer, Graph graph) =>
        quantizer.Quantize(TestModels.Random(graph, 1), Calibration(graph.Input.Output.Shape));

    private CalibrationData Calibration(Shape sample) =>
        new(_backend, new ImageDataset("zeros", new byte[sample.Count], [0], sample, 2), Preprocessing.UnitRange);
}
