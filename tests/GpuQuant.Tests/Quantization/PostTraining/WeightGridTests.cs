using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Parts;
using GpuQuant.Quantization.PostTraining;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization.PostTraining;

/// <summary>What a pass rounded to is what an integer deployment multiplies with.</summary>
public sealed class WeightGridTests : IDisposable
{
    private static readonly Shape Image = new(6, 6, 2);
    private static readonly string[] Layers = ["conv1", "conv2", "dense1"];
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    /// <summary>Integer times step is the pass's weight, bit for bit, in both integer forms; without the grids it is not.</summary>
    [Theory]
    [InlineData("nearest", "int4n symmetric channel mse")]
    [InlineData("nearest", "int2n symmetric tensor minmax")]
    [InlineData("adaround", "int4n symmetric channel minmax")]
    [InlineData("adaround", "int3n symmetric tensor mse")]
    [InlineData("gptq", "int3n symmetric channel mse")]
    [InlineData("gptq", "int8n symmetric tensor minmax")]
    public void Encode_AnyPass_DeploysTheVeryIntegers(string pass, string text)
    {
        var model = TestModels.Random(FuseActivations.Apply(TestModels.Build(Image, (b, x) =>
            b.Softmax(b.Dense(b.Flatten(b.Relu(b.Conv2D(b.Relu(b.Conv2D(x, 5, 3)), 4, 3))), 3)))), 4);
        var (spec, calibration) = (QuantizerSpec.Parse(text), CalibrationSamples.Random(_backend, Image, 40, 4));
        var (quantized, encodings) = pass switch
        {
            "nearest" => QuantizeWeights.Encode(model, spec),
            "gptq" => Gptq.Encode(model, spec, calibration, 40),
            _ => AdaRound.Encode(model, spec, calibration, new AdaRoundOptions { Samples = 40, Steps = 100, Rows = 64 }),
        };
        Assert.Equal(Layers, encodings.Weights.Keys.Order());
        Assert.All(encodings.Weights.Values, grid => Assert.Equal(spec.Format.Bits, grid.Bits));
        var ranges = ActivationRanges.Measure(quantized, calibration, 40);
        Assert.Equal(0, Differing(quantized, new IntegerLowering(quantized, ranges, Rounding.HalfAway, encodings).Lower()));
        Assert.Equal(0, Differing(quantized, new QdqLowering(quantized, ranges, encodings).Lower()));
        if (spec.Range.Kind == RangeKind.Mse)
            Assert.NotEqual(0, Differing(quantized, new IntegerLowering(quantized, ranges, Rounding.HalfAway).Lower()));
    }

    private static int Differing(Model quantized, Model deployed) => Layers.Sum(layer =>
    {
        var weights = quantized.Parameters[$"{layer}/kernel"].Span<float>().ToArray();
        var integers = deployed.Parameters[$"{layer}/kernel"].Span<sbyte>().ToArray();
        var steps = deployed.Parameters[$"{layer}/weight_scales"].Span<float>().ToArray();
        return weights.Where((weight, i) => weight != integers[i] * steps[i * steps.Length / integers.Length]).Count();
    });

    [Theory]
    [InlineData("int4 symmetric channel minmax")]
    [InlineData("int4n asymmetric channel minmax")]
    [InlineData("int4n symmetric group:32 minmax")]
    [InlineData("int9n symmetric tensor minmax")]
    [InlineData("e4m3 symmetric tensor minmax")]
    public void Encode_GridThatIntegerLayersLack_IsRefused(string text)
    {
        var (model, calibration) = (CalibrationSamples.Dense(1, 1), CalibrationSamples.Of(_backend, new Shape(1), 1));
        var spec = QuantizerSpec.Parse(text);
        Assert.All(
            [() => QuantizeWeights.Encode(model, spec), () => Gptq.Encode(model, spec, calibration),
                () => AdaRound.Encode(model, spec, calibration)],
            (Func<(Model, Encodings)> encode) => Assert.StartsWith($"Integer layers have no weights of '{spec}'.",
                Assert.Throws<UsageException>(() => encode()).Message));
    }
}
