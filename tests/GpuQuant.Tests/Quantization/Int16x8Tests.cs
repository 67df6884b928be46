using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization;

/// <summary>TFLite's 16x8 arithmetic, with every number worked out by hand. All steps are powers of two.</summary>
public sealed class Int16x8Tests : IDisposable
{
    private static readonly IntegerScheme Scheme = new(ActivationBits: 16, DensePerChannel: true);

    // Greatest magnitudes whose 32,767 steps are 1/4096 and 1/1024.
    private const float Input = 32767 / 4096f, Output = 32767 / 1024f;

    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    /// <summary>
    /// Weight 127/64 is 127 with step 1/64. The bias 0.5 has step 2^-12 * 2^-6: 131,072. A sum's step over the output's is
    /// 2^-18 * 2^10 = 2^-8: multiplier 2^30, shift -7. Inputs 1, 1/32, -9/32 are 4096, 128, -1152 steps: 4096 * 127 + 131072 = 651264,
    /// / 256 = 2544; 128 * 127 + 131072 = 147328, / 256 = 575.5, a half, up: 576; -1152 * 127 + 131072 = -15232, / 256 = -59.5, up: -59
    /// (int8's rounding would give -60). 100 is cut to 32767: 4292481 / 256 = 16767.5 and a little, 16768.
    /// </summary>
    [Fact]
    public void Run_OnePixelConvolution_GivesTheIntegersWorkedOutByHand()
    {
        var graph = TestModels.Build(new Shape(1, 1, 1), (b, x) => b.Conv2D(x, 1, 1));
        var lowered = Lower(graph, [127 / 64f], [0.5f]);
        Assert.Equal(new QuantizeOp(1 / 4096f, 0, Rounding.HalfAway, 16), lowered.Graph.Nodes[1].Op);
        Assert.Equal(new IntegerOutput(1 / 4096f, 0, 1 / 1024f, 0, -32768, 32767, 1), ((IntConv2DOp)lowered.Graph["conv1"].Op).Output);
        Assert.Equal([131072L], lowered.Parameters["conv1/bias"].Span<long>().ToArray());
        Assert.Equal([1 << 30], lowered.Parameters["conv1/multipliers"].Span<int>().ToArray());
        Assert.Equal([-7], lowered.Parameters["conv1/shifts"].Span<int>().ToArray());
        Runs(lowered, [1, 1 / 32f, -9 / 32f, 100], [2544, 576, -59, 16768]);
    }

    /// <summary>A relu makes the zero point, 0, the least output; -9/32 above gave -59.</summary>
    [Fact]
    public void Run_Relu_ClampsAtZero() => Runs(
        Lower(TestModels.Build(new Shape(1, 1, 1), (b, x) => b.Relu(b.Conv2D(x, 1, 1))), [127 / 64f], [0.5f], fused: true),
        [1, -9 / 32f], [2544, 0]);

    /// <summary>
    /// x and 127/64 x + 0.5 have steps 2^-12 and 2^-10; twice the greater is 2^-9, so factors 2^-3 (2^30, shift -2) and 1/2 (2^30,
    /// shift 0); back 2^-9 / (2^-10 * 2^15) = 2^-14 (2^30, shift -13). 1 and 2544 steps: 1024 + 2544 = 3568 steps of 2^-10.
    /// 1/32 and 576: 32 + 576 = 608. -9/32 and -59: -288 - 59 = -347.
    /// </summary>
    [Fact]
    public void Run_AdditionOfUnequalSteps_GivesTheIntegersWorkedOutByHand()
    {
        var graph = TestModels.Build(new Shape(1, 1, 1), (b, x) => b.Add(x, b.Conv2D(x, 1, 1)));
        var lowered = Lower(graph, [127 / 64f], [0.5f]);
        Assert.Equal(new IntAddFactors(0, 1 << 30, -2, 0, 1 << 30, 0, 1 << 30, -13, 0, -32768, 32767, 15),
            ((IntAddOp)lowered.Graph["add1"].Op).Factors);
        Runs(lowered, [1, 1 / 32f, -9 / 32f], [3568, 608, -347]);
    }

    // Pixels of 3, 4, -3, -4 steps: in pairs 3.5 and -3.5, away from zero 4 and -4; the greatest 4 and -3.
    [Theory]
    [InlineData(PoolKind.Average, new short[] { 4, -4 })]
    [InlineData(PoolKind.Max, new short[] { 4, -3 })]
    public void Run_Pooling_RoundsHalvesAwayFromZero(PoolKind kind, short[] expected)
    {
        var graph = TestModels.Build(new Shape(4, 2, 1), (b, x) =>
            kind == PoolKind.Max ? b.MaxPool(x, 2) : b.AveragePool(x, 2));
        Runs(Lower(graph), [3 / 4096f, 4 / 4096f, 3 / 4096f, 4 / 4096f, -3 / 4096f, -4 / 4096f, -3 / 4096f, -4 / 4096f], expected);
    }

    /// <summary>
    /// 1,000 products of 32,767 and 127 are 4,161,409,000, beyond 32 bits: planning widens. The factor is 2^-12 * 2^-6 * 2^10 = 2^-8
    /// once more: 16,255,503.9 is cut to 32,767. With every other input negative and one more positive, 2 * 32,767 * 127 remain:
    /// 8322818 / 256 = 32511.0 (32511.008).
    /// </summary>
    [Fact]
    public void Run_SumsBeyond32Bits_AreWidenedAndExact()
    {
        var graph = TestModels.Build(new Shape(1000), (b, x) => b.Dense(x, 1));
        var lowered = Lower(graph, [.. Enumerable.Repeat(127 / 64f, 1000)], [0]);
        Assert.Equal(64, ((IntDenseOp)lowered.Graph["dense1"].Op).Output.AccumulatorBits);
        Runs(lowered, [.. Enumerable.Repeat(8f, 1000)], [32767]);
        Runs(lowered, [.. Enumerable.Range(0, 1000).Select(i => i < 501 ? Input : -Input)], [32511]);
    }

    [Fact]
    public void Lower_SumsBeyondWhatIsExact_NamesTheLayer()
    {
        const int Inputs = 70_000;
        var graph = TestModels.Build(new Shape(Inputs), (b, x) => b.Dense(x, 1));
        var error = Assert.Throws<UsageException>(() => Lower(graph, [.. Enumerable.Repeat(127 / 64f, Inputs)], [0]));
        Assert.StartsWith("Layer 'dense1' can overflow its 32-bit accumulator", error.Message, StringComparison.Ordinal);
    }

    /// <summary>One sum's step would be 2^8 of the output's: 2^-18 over 2^-26.</summary>
    [Fact]
    public void Lower_OutputFarBelowItsSums_NamesTheLayer()
    {
        var graph = TestModels.Build(new Shape(1, 1, 1), (b, x) => b.Conv2D(x, 1, 1));
        var error = Assert.Throws<UsageException>(() => Lower(graph, [127 / 64f], [0], output: 32767f / (1 << 26)));
        Assert.StartsWith("Layer 'conv1' gives values far beyond those of its calibration", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A channel without weights: its bias 0.5 is 512 steps of the output, whatever the step of its input.</summary>
    [Fact]
    public void Run_DeadChannel_GivesItsBias() => Runs(
        Lower(TestModels.Build(new Shape(1, 1, 1), (b, x) => b.Conv2D(x, 1, 1)), [0], [0.5f]), [1, -1], [512, 512]);

    private static Model Lower(Graph graph, float[]? kernel = null, float[]? bias = null, float output = Output, bool fused = false)
    {
        var model = new Model(graph, new ParameterSet(graph.Parameters.Select(p => KeyValuePair.Create(
            p.Name, Tensor.From<float>(p.Spec.Name == "kernel" ? kernel! : bias!, p.Spec.Shape)))));
        model = fused ? model with { Graph = FuseActivations.Apply(graph) } : model;
        var ranges = model.Graph.Nodes.ToDictionary(node => node.Name, node => node.Op is InputOp ? (-Input, Input) : (-output, output));
        return new IntegerLowering(model, ranges, Rounding.HalfAway, scheme: Scheme).Lower();
    }

    private void Runs(Model lowered, float[] input, short[] expected)
    {
        foreach (var arithmetic in Enum.GetValues<Arithmetic>())
            Assert.Equal(expected, TestModels.Infer<short>(
                _backend, lowered, input, (int)(input.Length / lowered.Graph.Input.Output.Shape.Count), arithmetic));
    }
}
