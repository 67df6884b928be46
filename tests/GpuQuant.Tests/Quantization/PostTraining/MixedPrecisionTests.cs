using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Parts;
using GpuQuant.Quantization.PostTraining;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization.PostTraining;

public sealed class MixedPrecisionTests : IDisposable
{
    private static readonly int[] Widths = [2, 4, 8];
    private static readonly string[] Layers = ["conv1", "conv2", "dense1"];
    private static readonly Graph Net = TestModels.Build(new Shape(6, 6, 1), (b, x) =>
        b.Softmax(b.Dense(b.Flatten(b.Relu(b.Conv2D(b.Relu(b.Conv2D(x, 3, 3)), 2, 3, 2))), 3)));

    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    /// <summary>conv2: 2 x 9 x 3 = 54 weights at 3 x 3 pixels: 486 products, each of 4 by 8 bits: 15,552; in memory 216 bits.</summary>
    [Fact]
    public void Cost_OfAConvolution_IsThatWorkedOutByHand()
    {
        var entry = Entry("conv2", 4, 0);
        Assert.Equal((216, 15552), (MixedPrecision.Cost(Net, entry, BitCost.Size), MixedPrecision.Cost(Net, entry, BitCost.BitOperations)));
    }

    /// <summary>
    /// Logits (2, 0) and (0, 2), label 0: squares 4, squared differences 8; p = (0.880797, 0.119203), so the divergence is
    /// 0.880797 * 2 - 0.119203 * 2 = 1.523188.
    /// </summary>
    [Fact]
    public void Distance_OfTwoLogits_IsThatWorkedOutByHand()
    {
        var distance = OutputDistance.Of([2, 0], [0, 2], CalibrationSamples.Of(_backend, new Shape(1), 1).Data);
        Assert.Equal(1.523188, distance.KlDivergence, 1e-6);
        Assert.Equal(-3.0103, distance.SqnrDb, 1e-4);
        Assert.Equal((1, 0), (distance.Disagreement, distance.Accuracy));
        Assert.Equal(double.PositiveInfinity, OutputDistance.Of([2, 0], [2, 0],
            CalibrationSamples.Of(_backend, new Shape(1), 1).Data).SqnrDb);
    }

    /// <summary>With one layer rounded and with all others, against the passes applied by hand; wider weights move logits less.</summary>
    [Fact]
    public void Sensitivity_OfEachLayer_IsTheDistanceOfTheNetWithItRounded()
    {
        var (model, spec) = (TestModels.Random(Net, 2), QuantizerSpec.Parse("int8n symmetric channel minmax"));
        var calibration = CalibrationSamples.Random(_backend, new Shape(6, 6, 1), 40, 2);
        var wanted = OutputDistance.Logits(model, calibration, calibration.Data);
        var (alone, others) = (Sensitivity.Measure(model, spec, Widths, calibration),
            Sensitivity.Measure(model, spec, Widths, calibration, isLeftOut: true));
        Assert.Equal(Layers.SelectMany(layer => Enumerable.Repeat(layer, 3)), alone.Select(e => e.Layer));
        foreach (var (entry, left) in alone.Zip(others))
        {
            var rounding = QuantizerSpec.Parse($"int{entry.Bits}n symmetric channel minmax");
            Assert.Equal(entry.Distance, Distance(QuantizeWeights.Apply(model, rounding, node => node.Name == entry.Layer)));
            Assert.Equal(left.Distance, Distance(QuantizeWeights.Apply(model, rounding, node => node.Name != left.Layer)));
        }
        Assert.All(alone.Chunk(3), layer =>
            Assert.True(layer[0].Distance.SqnrDb < layer[1].Distance.SqnrDb && layer[1].Distance.SqnrDb < layer[2].Distance.SqnrDb));

        OutputDistance Distance(Model rounded) =>
            OutputDistance.Of(wanted, OutputDistance.Logits(rounded, calibration, calibration.Data), calibration.Data);
    }

    /// <summary>Against all 27 assignments of random losses.</summary>
    [Theory]
    [InlineData(BitCost.Size)]
    [InlineData(BitCost.BitOperations)]
    public void Pareto_OfRandomLosses_IsWhatNoOtherAssignmentBeats(BitCost measure)
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            var entries = Entries(seed);
            var all = (from a in entries.Take(3)
                       from b in entries.Skip(3).Take(3)
                       from c in entries.Skip(6)
                       select (Cost: new[] { a, b, c }.Sum(e => MixedPrecision.Cost(Net, e, measure)),
                           Loss: a.Distance.KlDivergence + b.Distance.KlDivergence + c.Distance.KlDivergence)).ToArray();
            var expected = all.Where(x => !all.Any(y => y != x && y.Cost <= x.Cost && y.Loss <= x.Loss)).Distinct().Order();
            Assert.Equal(expected, MixedPrecision.Pareto(Net, entries, measure).Select(front => (front.Cost, front.Loss)));
            var budget = all[13].Cost;
            var best = MixedPrecision.Best(Net, entries, measure, budget);
            Assert.Equal(all.Where(x => x.Cost <= budget).Min(x => x.Loss), best.Loss);
            var greedy = MixedPrecision.Greedy(Net, entries, measure, budget);
            Assert.InRange(greedy.Cost, 0, budget);
            Assert.InRange(greedy.Loss, best.Loss, double.PositiveInfinity);
            Assert.Equal(best.Bits.Values.Order(), best.Encodings.Weights.Values.Select(grid => grid.Bits).Order());
        }
    }

    /// <summary>conv1 has 27 weights, conv2 54: 4 bits in place of 8 save 108 and 216, at losses of 1 and 3.</summary>
    [Fact]
    public void Greedy_TakesTheLeastLossPerBitSaved()
    {
        LayerSensitivity[] entries = [Entry("conv1", 8, 0), Entry("conv1", 4, 1), Entry("conv2", 8, 0), Entry("conv2", 4, 3)];
        Assert.Equal((4, 8), Bits(MixedPrecision.Greedy(Net, entries, BitCost.Size, 540)));
        Assert.Equal((4, 4), Bits(MixedPrecision.Greedy(Net, entries, BitCost.Size, 539)));

        static (int, int) Bits(BitAssignment assignment) => (assignment.Bits["conv1"], assignment.Bits["conv2"]);
    }

    [Fact]
    public void Budget_BelowTheCheapest_IsRefused()
    {
        var entries = Entries(1);
        Assert.All([() => MixedPrecision.Greedy(Net, entries, BitCost.Size, 1), () => MixedPrecision.Best(Net, entries, BitCost.Size, 1)],
            (Func<BitAssignment> choose) => Assert.StartsWith("No assignment of widths costs 1 or less; the cheapest costs",
                Assert.Throws<UsageException>(() => choose()).Message));
    }

    private static LayerSensitivity[] Entries(ulong seed)
    {
        var draws = new RandomStream(seed, RandomPurpose.Test);
        return [.. Layers.SelectMany(layer => Widths.Select(bits =>
            Entry(layer, bits, draws.NextInt32(1, 1 << (10 - bits)) / 64.0)))];
    }

    private static LayerSensitivity Entry(string layer, int bits, double loss) => new(layer, bits, new OutputDistance(loss, 0, 0, 0));
}
