using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.PostTraining;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization.PostTraining;

public sealed class ScaleMigrationTests : IDisposable
{
    private static readonly Shape Image = new(8, 8, 3);
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    /// <summary>
    /// Input 8, weight 2: the relu gives 16, used with 1. s = 16^0.5 / 1^0.5 = 4: weights 0.5 and 4, bias 0. With alpha 0.25,
    /// s = 16^0.25 / 1^0.75 = 2.
    /// </summary>
    [Theory]
    [InlineData(0.5, 0.5, 4)]
    [InlineData(0.25, 1, 2)]
    public void Apply_OneChannel_GivesTheNumbersWorkedOutByHand(double alpha, float first, float second)
    {
        var graph = TestModels.Build(new Shape(1), (b, x) => b.Dense(b.Relu(b.Dense(x, 1)), 1));
        var model = new Model(graph, new ParameterSet(new Dictionary<string, Tensor>
        {
            ["dense1/kernel"] = Tensor.From<float>([2], new Shape(1, 1)),
            ["dense1/bias"] = Tensor.From<float>([0], new Shape(1)),
            ["dense2/kernel"] = Tensor.From<float>([1], new Shape(1, 1)),
            ["dense2/bias"] = Tensor.From<float>([5], new Shape(1)),
        }));
        var moved = ScaleMigration.Apply(model, CalibrationSamples.Of(_backend, new Shape(1), 3, 8, 1), alpha).Parameters;
        Assert.Equal(first, moved["dense1/kernel"].Span<float>()[0], 1e-6f);
        Assert.Equal(second, moved["dense2/kernel"].Span<float>()[0], 1e-6f);
        Assert.Equal(5, moved["dense2/bias"].Span<float>()[0]);
    }

    [Fact]
    public void Apply_ANetOfAllKindsOfPairs_ComputesTheSameWithOtherWeights()
    {
        foreach (var graph in new[] { CrossLayerEqualizationTests.PreActivation(), FuseActivations.Apply(Chain()) })
        {
            var model = TestModels.Random(graph, 3);
            var moved = ScaleMigration.Apply(model, CalibrationSamples.Random(_backend, Image, 20, 1));
            var input = Draw.Normals(5, 4 * (int)Image.Count);
            var expected = TestModels.Infer<float>(_backend, model, input, 4);
            var actual = TestModels.Infer<float>(_backend, moved, input, 4);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f * expected.Max(Math.Abs)));
            Assert.Contains(model.Parameters, p => !p.Value.Bytes.SequenceEqual(moved.Parameters[p.Key].Bytes));
        }
    }

    /// <summary>
    /// What the pass is for: channels of 64 beside channels of 1, of which 8 bits in common leave little. The whole net in integers: the
    /// logits' squared error falls below a third.
    /// </summary>
    [Fact]
    public void Apply_UnevenActivations_LeaveASmallerErrorInIntegers()
    {
        var graph = TestModels.Build(Image, (b, x) => b.Dense(b.Flatten(b.Relu(b.Conv2D(x, 8, 3))), 4));
        var model = TestModels.Random(graph, 6);
        var (kernel, dense) = (model.Parameters["conv1/kernel"].Clone(), model.Parameters["dense1/kernel"].Clone());
        foreach (ref var weight in kernel.Span<float>()[..27])
            weight *= 64;
        for (var i = 0; i < dense.Shape.Count; i += 8)
            dense.Span<float>()[i] /= 64;
        model = model with { Parameters = model.Parameters.With([new("conv1/kernel", kernel), new("dense1/kernel", dense)]) };
        var calibration = CalibrationSamples.Random(_backend, Image, 40, 1);
        var moved = ScaleMigration.Apply(model, calibration);
        Assert.InRange(Error(moved), 0, Error(model) / 3);

        double Error(Model candidate)
        {
            var fused = candidate with { Graph = FuseActivations.Apply(candidate.Graph) };
            var ranges = ActivationRanges.Measure(fused, calibration, 40);
            var integers = new IntegerLowering(fused, ranges, Backends.Rounding.HalfAway).Lower();
            var input = calibration.Data.Samples(40).Select(b => b * calibration.Preprocessing.Scale).ToArray();
            var wanted = TestModels.Infer<float>(_backend, model, input, 40);
            var meaning = QuantizationParameters.Asymmetric(ranges["dense1"].Minimum, ranges["dense1"].Maximum);
            return TestModels.Infer<sbyte>(_backend, integers, input, 40)
                .Zip(wanted, (q, w) => Math.Pow((q - meaning.ZeroPoint) * meaning.Scale - w, 2)).Average();
        }
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void Apply_AlphaOutsideItsRange_IsRefused(double alpha) => Assert.Contains("alpha is from 0 to 1",
        Assert.Throws<UsageException>(() => ScaleMigration.Apply(TestModels.Random(Chain(), 1),
            CalibrationSamples.Random(_backend, Image, 2, 1), alpha)).Message);

    private static Graph Chain() => TestModels.Build(Image, (b, x) =>
        b.Dense(b.Flatten(b.MaxPool(b.Relu(b.Conv2D(b.Conv2D(x, 5, 3), 4, 3)), 2)), 3));
}
