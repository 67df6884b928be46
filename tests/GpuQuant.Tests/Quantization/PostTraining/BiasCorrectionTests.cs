using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;
using GpuQuant.Quantization.PostTraining;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization.PostTraining;

public sealed class BiasCorrectionTests : IDisposable
{
    private static readonly Shape Image = new(6, 6, 2);
    private readonly CpuBackend _backend = new(1);

    public void Dispose() => _backend.Dispose();

    // Inputs 1 and 3, mean 2. Weight 0.6 became 1: means 1.2 and 2, the bias falls by 0.8.
    [Fact]
    public void Apply_OneWeight_ShiftsTheBiasAsWorkedOutByHand()
    {
        var corrected = BiasCorrection.Apply(CalibrationSamples.Dense(1, 0.6f), CalibrationSamples.Dense(1, 1),
            CalibrationSamples.Of(_backend, new Shape(1), 1, 3));
        Assert.Equal(-0.8f, corrected.Parameters["dense1/bias"].Span<float>()[0], 1e-6f);
        Assert.Equal(1, corrected.Parameters["dense1/kernel"].Span<float>()[0]);
    }

    /// <summary>The means of every layer's outputs, computed by naive loops in double, before and after.</summary>
    [Fact]
    public void Apply_ANet_GivesEveryChannelTheFloatModelsMean()
    {
        var graph = TestModels.Build(Image, (b, x) =>
            b.Dense(b.Flatten(b.Conv2D(b.Relu(b.BatchNorm(b.Conv2D(x, 4, 3, name: "a"))), 3, 3, stride: 2, name: "b")), 3, name: "c"));
        var model = TestModels.Random(graph, 7);
        var rounded = QuantizeWeights.Apply(model, QuantizerSpec.Parse("int3n symmetric tensor minmax"));
        var calibration = CalibrationSamples.Random(_backend, Image, 20, 1);
        var corrected = BiasCorrection.Apply(model, rounded, calibration);
        double[] input = [.. calibration.Data.Samples(20).Select(b => (double)(b * calibration.Preprocessing.Scale))];
        foreach (var layer in new[] { "a", "b", "c" })
        {
            var (exact, before, after) = (Means(model, layer), Means(rounded, layer), Means(corrected, layer));
            Assert.True(exact.Zip(before, (x, y) => Math.Abs(x - y)).Max() > 1e-2);
            Assert.All(exact.Zip(after), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        }

        double[] Means(Model of, string layer)
        {
            var net = new DoubleNet(of.Graph, 20, isTraining: false);
            net.Run(of.Parameters.Doubles(), input);
            var channels = of.Graph[layer].Output.Shape[^1];
            return [.. Enumerable.Range(0, channels).Select(c => net[of.Graph[layer]].Where((_, i) => i % channels == c).Average())];
        }
    }

    // The expected input behind the normalization (beta 0, gamma 1) and the relu is 1 / sqrt(2 pi) = 0.398942; 0.6 became 1, so the bias
    // falls by 0.4 * 0.398942 = 0.159577. Without a relu it is beta: 0.
    [Theory]
    [InlineData(true, -0.159577f)]
    [InlineData(false, 0)]
    public void Analytic_OneWeight_ShiftsTheBiasAsWorkedOutByHand(bool isRectified, float expected)
    {
        var trained = new Model(TestModels.Build(new Shape(1), (b, x) => b.Dense(isRectified ? b.Relu(b.BatchNorm(x)) : b.BatchNorm(x), 1)),
            new ParameterSet(new[] { ("batch_norm1/gamma", 1f), ("batch_norm1/beta", 0f), ("batch_norm1/mean", 3f),
                ("batch_norm1/variance", 9f), ("dense1/bias", 0f) }
                .Select(p => KeyValuePair.Create(p.Item1, Tensor.From<float>([p.Item2], new Shape(1))))
                .Append(KeyValuePair.Create("dense1/kernel", Tensor.From<float>([0.6f], new Shape(1, 1))))));
        var quantized = trained with
        {
            Parameters = trained.Parameters.With([KeyValuePair.Create("dense1/kernel", Tensor.From<float>([1], new Shape(1, 1)))]),
        };
        var corrected = AnalyticBiasCorrection.Apply(trained, trained, quantized);
        Assert.Equal(expected, corrected.Parameters["dense1/bias"].Span<float>()[0], 1e-6f);
    }

    /// <summary>Only what lies behind a normalization is known: the first layer, and the one behind a max-pooling, are not.</summary>
    [Fact]
    public void Analytic_LayersBehindSomethingElse_StayAsTheyAre()
    {
        var trained = TestModels.Random(TestModels.Build(Image, (b, x) =>
        {
            x = b.Relu(b.BatchNorm(b.Conv2D(x, 4, 3, name: "first")));
            x = b.Conv2D(x, 4, 3, name: "known");
            return b.Dense(b.Flatten(b.MaxPool(b.Relu(b.BatchNorm(x)), 2)), 2, name: "pooled");
        }), 3);
        var folded = GpuQuant.Quantization.FoldBatchNorm.Apply(trained);
        var rounded = QuantizeWeights.Apply(folded, QuantizerSpec.Parse("int3n symmetric tensor minmax"));
        var corrected = AnalyticBiasCorrection.Apply(trained, folded, rounded);
        Assert.Equal(["known/bias"], rounded.Parameters.Keys.Where(name =>
            !rounded.Parameters[name].Bytes.SequenceEqual(corrected.Parameters[name].Bytes)));
    }

    /// <summary>Against the integral by the trapezoid rule, whose error is below 1e-7 with steps of 0.0005 deviations.</summary>
    [Theory]
    [InlineData(0.3, 1.2, 0, double.PositiveInfinity)]
    [InlineData(-2, 0.7, 0, double.PositiveInfinity)]
    [InlineData(3, 2.5, 0, 6)]
    [InlineData(1.5, 0.4, double.NegativeInfinity, double.PositiveInfinity)]
    public void ClippedNormal_Mean_IsTheIntegral(double mean, double deviation, double low, double high)
    {
        const double Step = 0.0005;
        var integral = 0.0;
        for (var z = -9.0; z <= 9; z += Step)
            integral += Step * Math.Clamp(mean + deviation * z, low, high) * Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
        Assert.Equal(integral, ClippedNormal.Mean(mean, deviation, low, high), 1e-7);
        Assert.Equal(Math.Clamp(mean, low, high), ClippedNormal.Mean(mean, 0, low, high));
    }

    // Tables of the normal distribution.
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.8413447460685429)]
    [InlineData(-1.959963984540054, 0.025)]
    [InlineData(6, 0.9999999990134123)]
    [InlineData(-40, 0)]
    public void ClippedNormal_Cumulative_IsThatOfTables(double x, double expected) =>
        Assert.Equal(expected, ClippedNormal.Cumulative(x), 1e-15);
}
