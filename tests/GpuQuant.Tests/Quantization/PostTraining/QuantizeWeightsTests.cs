using GpuQuant.Backends.Cpu;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Parts;
using GpuQuant.Quantization.PostTraining;
using GpuQuant.Quantization.Schemes;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization.PostTraining;

public class QuantizeWeightsTests
{
    private static readonly QuantizerSpec Eight = QuantizerSpec.Parse("int8n symmetric channel minmax");

    // Channel 0 has the step 1.27 / 127 = 0.01: 0.604 becomes 0.60. Channel 1 has the step 2.54 / 127 = 0.02: 0.033 becomes 0.04.
    [Fact]
    public void Apply_TwoChannels_GivesTheValuesWorkedOutByHand()
    {
        var quantized = QuantizeWeights.Apply(CalibrationSamples.Dense(2, 0.604f, -1.27f, 2.54f, 0.033f), Eight);
        Assert.All(quantized.Parameters["dense1/kernel"].Span<float>().ToArray().Zip([0.60f, -1.27f, 2.54f, 0.04f]),
            pair => Assert.Equal(pair.Second, pair.First, 1e-6f));
    }

    [Fact]
    public void Apply_WithAFilter_ChangesThoseWeightsAlone()
    {
        var graph = TestModels.Build(new Shape(4, 4, 2), (b, x) => b.Dense(b.Flatten(b.BatchNorm(b.Conv2D(x, 3, 3))), 2));
        var model = TestModels.Random(graph, 1);
        var before = model.Parameters.ToDictionary(p => p.Key, p => p.Value.Clone());
        var quantized = QuantizeWeights.Apply(model, Eight, layer => layer.Name == "conv1");
        Assert.Equal(["conv1/kernel"], before.Keys.Where(name => !Same(before[name], quantized.Parameters[name])));
        Assert.All(before, p => Assert.True(Same(p.Value, model.Parameters[p.Key])));
    }

    [Theory]
    [InlineData("int8 symmetric token minmax")]
    [InlineData("int8 symmetric tensor average:0.9")]
    public void Apply_AQuantizerForActivations_IsRefused(string spec) => Assert.Contains("for activations",
        Assert.Throws<UsageException>(() => QuantizeWeights.Apply(CalibrationSamples.Dense(1, 1), QuantizerSpec.Parse(spec))).Message);

    [Fact]
    public void Apply_NoLayerLeft_IsRefused() => Assert.Contains("no float convolution or dense layer",
        Assert.Throws<UsageException>(() => QuantizeWeights.Apply(CalibrationSamples.Dense(1, 1), Eight, _ => false)).Message);

    // Half: 11 bits of fraction, so 2,049 lies between 2,048 and 2,050 and goes to the even one. bfloat16 has 8: 257 lies between 256 and
    // 258 and goes to 256 (128 steps, even); 0.1 = 1.6 / 16 becomes 1.6015625 / 16, the nearest of the 128ths.
    [Theory]
    [InlineData("float16", 2049, 2048)]
    [InlineData("float16", 0.1f, 0.0999755859375f)]
    [InlineData("bfloat16", 257, 256)]
    [InlineData("bfloat16", 0.1f, 0.10009765625f)]
    public void FloatSchemes_Weight_IsTheNearestNumberOfTheFormat(string scheme, float weight, float expected)
    {
        using var backend = new CpuBackend(1);
        var quantized = Catalog.Get<IQuantizer>("quantizer", scheme)
            .Quantize(CalibrationSamples.Dense(1, weight), CalibrationSamples.Of(backend, new Shape(1), 1));
        Assert.Equal(expected, quantized.Parameters["dense1/kernel"].Span<float>()[0]);
    }

    // 33 weights: a group of 32 from 0 to 3 (step 0.2) and one of a single weight, -1.5 (step 0.1): 0.53 becomes 0.6.
    [Fact]
    public void Apply_Groups_HaveAStepEach()
    {
        float[] weights = [0, 3, 0.53f, .. new float[29], -1.5f];
        var quantized = QuantizeWeights.Apply(
            CalibrationSamples.Dense(33, weights), QuantizerSpec.Parse("int4 asymmetric group:32 minmax"));
        var values = quantized.Parameters["dense1/kernel"].Span<float>().ToArray();
        Assert.Equal(0.6f, values[2], 1e-6f);
        Assert.Equal(3, values[1], 1e-6f);
        Assert.Equal(-1.5f, values[32], 1e-6f);
    }

    private static bool Same(Tensor a, Tensor b) => a.Bytes.SequenceEqual(b.Bytes);
}
