using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;
using GpuQuant.Quantization.PostTraining;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization.PostTraining;

public sealed class AdaRoundTests : IDisposable
{
    private static readonly AdaRoundOptions Short = new() { Samples = 40, Steps = 300, Rows = 64 };
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    // Inputs (1, 1), (2, 2): both weights down lose 0.8 of the input, one up gains 0.2, both up 1.2. So one goes up: 0.45, the nearer.
    // The soft weights begin without any error, and only the last steps' exponents tear them apart: it takes some steps.
    [Fact]
    public void Apply_EqualInputs_RoundsOneOfTwoWeightsUp()
    {
        var (model, calibration) = (CalibrationSamples.Dense(2, 0.35f, 0.45f), CalibrationSamples.Of(_backend, new Shape(2), 1, 1, 2, 2));
        var (spec, options) = (QuantizerSpec.Parse("int2n symmetric tensor fixed:-1:1"), Short with { Steps = 3000 });
        Assert.Equal([0f, 1f], AdaRound.Apply(model, spec, calibration, options).Parameters["dense1/kernel"].Span<float>().ToArray());
        Assert.Equal([0f, 0f], QuantizeWeights.Apply(model, spec).Parameters["dense1/kernel"].Span<float>().ToArray());
    }

    /// <summary>No weight moves further than to one of its two neighbours, and never beyond the range.</summary>
    [Theory]
    [InlineData("int4n symmetric channel minmax")]
    [InlineData("uint3 asymmetric group:5 minmax")]
    [InlineData("int3n symmetric tensor mse")]
    public void Apply_AnyWeight_BecomesOneOfItsNeighbours(string text)
    {
        var spec = QuantizerSpec.Parse(text);
        var model = TestModels.Random(CalibrationSamples.RandomLayer(3), 3);
        var kernel = model.Parameters["layer/kernel"];
        var calibration = CalibrationSamples.Random(_backend, model.Graph.Input.Output.Shape, 40, 3);
        var learned = AdaRound.Apply(model, spec, calibration, Short).Parameters["layer/kernel"].Span<float>().ToArray();
        var nearest = QuantizedTensor.Of(kernel, spec);
        var changed = 0;
        foreach (var (group, range) in QuantizedTensor.Groups(kernel.Shape, spec.Granularity).Index())
            for (var i = range.Start.Value; i < range.End.Value; i++)
            {
                var number = learned[i] / nearest.Scales[group] + nearest.ZeroPoints[group];
                var exact = Math.Clamp(kernel.Span<float>()[i] / nearest.Scales[group] + nearest.ZeroPoints[group],
                    spec.Format.Least, spec.Format.Greatest);
                Assert.InRange(number, spec.Format.Least - 1e-3, spec.Format.Greatest + 1e-3);
                Assert.InRange(Math.Abs(number - exact), 0, 1.001);
                Assert.Equal(Math.Round(number), number, 1e-3);
                changed += Math.Abs(number - nearest.Numbers[i]) > 0.5 ? 1 : 0;
            }
        Assert.True(changed > 0, "Every weight is rounded to nearest.");
    }

    /// <summary>The errors are computed a second time by naive loops, behind the relu where there is one.</summary>
    [Fact]
    public void Apply_RandomLayers_HaveNoLargerOutputErrorThanWithNearestRounding()
    {
        const int Layers = 30;
        var ratio = 0.0;
        for (ulong seed = 0; seed < Layers; seed++)
        {
            var model = TestModels.Random(CalibrationSamples.RandomLayer(seed), seed);
            var calibration = CalibrationSamples.Random(_backend, model.Graph.Input.Output.Shape, 40, seed);
            var spec = QuantizerSpec.Parse(seed % 2 == 0 ? "int3n symmetric channel minmax" : "int4n symmetric tensor minmax");
            var (learned, nearest) = (
                CalibrationSamples.OutputError(model, AdaRound.Apply(model, spec, calibration, Short), calibration),
                CalibrationSamples.OutputError(model, QuantizeWeights.Apply(model, spec), calibration));
            Assert.InRange(learned, 0, nearest * (1 + 1e-5) + 1e-12);
            ratio += (nearest == 0 ? 1 : learned / nearest) / Layers;
        }
        Assert.InRange(ratio, 0, 0.7);
    }

    /// <summary>The error is quadratic in the weights (away from the relu's kink), so central differences are exact but for rounding.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reconstruction_Gradient_IsThatOfTheError(bool isRectified)
    {
        var shape = new Shape(4, 4, 2);
        var graph = TestModels.Build(shape, (b, x) => b.Conv2D(x, 3, 3));
        var model = TestModels.Random(graph, 5);
        var kernel = model.Parameters["conv1/kernel"];
        var reconstruction = new LayerReconstruction(
            graph["conv1"], kernel, model.Parameters["conv1/bias"], Inputs(1), Inputs(2), isRectified);
        var weights = TestModels.Random(graph, 6).Parameters["conv1/kernel"];
        int[] rows = [.. Enumerable.Range(0, reconstruction.Rows)];
        var inputs = new float[rows.Length * reconstruction.Length];
        reconstruction.Read(rows, inputs);
        var columns = LayerReconstruction.Transposed(weights, 0..3);
        var gradient = new float[columns.Length];
        reconstruction.Gradient(columns, 0..3, inputs, rows, gradient);
        for (var i = 0; i < weights.Shape.Count; i++)
        {
            const float Step = 1 / 128f;
            var (up, down) = (weights.Clone(), weights.Clone());
            up.Span<float>()[i] += Step;
            down.Span<float>()[i] -= Step;
            Assert.Equal(
                (reconstruction.Error(up) - reconstruction.Error(down)) / (2 * Step),
                gradient[i % reconstruction.Length * RowProducts.Lanes + i / reconstruction.Length], isRectified ? 2e-2 : 1e-3);
        }
        Assert.True(gradient.Max(Math.Abs) > 0.5);

        LayerInputs Inputs(ulong seed) =>
            LayerInputs.Of(model, graph["conv1"], CalibrationSamples.Random(_backend, shape, 20, seed), 20);
    }

    [Fact]
    public void Apply_Twice_GivesTheSameBytes()
    {
        var model = TestModels.Random(CalibrationSamples.RandomLayer(8), 8);
        var spec = QuantizerSpec.Parse("int3n symmetric channel minmax");
        var calibration = CalibrationSamples.Random(_backend, model.Graph.Input.Output.Shape, 40, 3);
        using var other = new CpuBackend(1);
        Assert.Equal(AdaRound.Apply(model, spec, calibration, Short).Parameters["layer/kernel"].Bytes.ToArray(),
            AdaRound.Apply(model, spec, calibration with { Backend = other }, Short).Parameters["layer/kernel"].Bytes.ToArray());
    }

    /// <summary>20 output channels are shared out as 16 and 4 by two threads, as 8, 8 and 4 by three.</summary>
    [Fact]
    public void Apply_AnyNumberOfThreads_GivesTheSameBytes()
    {
        var graph = TestModels.Build(new Shape(5, 5, 3), (b, x) => b.Relu(b.Conv2D(x, 20, 3)));
        var (model, spec) = (TestModels.Random(graph, 4), QuantizerSpec.Parse("int3n symmetric tensor mse"));
        var kernels = Enumerable.Range(1, 3).Select(threads =>
        {
            using var backend = new CpuBackend(threads);
            var calibration = CalibrationSamples.Random(backend, new Shape(5, 5, 3), 40, 3);
            return Convert.ToHexString(AdaRound.Apply(model, spec, calibration, Short).Parameters["conv1/kernel"].Bytes);
        });
        Assert.Single(kernels.Distinct());
    }

    [Theory]
    [InlineData("e4m3 symmetric tensor minmax")]
    [InlineData("int1 symmetric tensor minmax")]
    public void Apply_ToNumbersThatAreNoNeighbouringIntegers_IsRefused(string spec) => Assert.Contains("neighbouring integers",
        Assert.Throws<UsageException>(() => AdaRound.Apply(CalibrationSamples.Dense(1, 1), QuantizerSpec.Parse(spec),
            CalibrationSamples.Of(_backend, new Shape(1), 1))).Message);
}
