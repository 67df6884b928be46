using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization;

/// <summary>Concatenations in integers, worked out by hand: parts with other steps than the whole are requantized once, others copied.</summary>
public class ConcatLoweringTests
{
    // Ranges whose 255 steps are 1/128 from 0 (zero point -128), and 1/32 from -4 (zero point 0).
    private static readonly (float, float) Input = (0, 255 / 128f), Signed = (-4, 127 / 32f);

    /// <summary>
    /// The input x and y = -127/64 x + 0.5 side by side, in steps of 1/32 from zero point 0. Those are y's: 1, 0 and 5 give -48, 16 and
    /// -111. x has 128, 0 and 255 steps of 1/128; the factor 1/4 is 2^30 with shift -1: 64 and then 32, 0, and 127.5, that is 128, and 64.
    /// </summary>
    [Theory]
    [InlineData(false, new[] { 32, -48, 0, 16, 64, -111 })]
    [InlineData(true, new[] { 32, 0, 0, 16, 64, 0 })]
    public void Run_PartsOfUnequalSteps_GivesTheIntegersWorkedOutByHand(bool isRectified, int[] expected)
    {
        var model = Model(isRectified);
        var lowered = new IntegerLowering(model, Ranges(model), Rounding.HalfAway).Lower();
        Assert.Equal(["concat1/part0", "conv1"], lowered.Graph["concat1"].Inputs.Select(part => part.Name));
        Assert.Equal(new IntScaleOp(new IntegerOutput(1 / 128f, -128, 1 / 32f, 0, -128, 127, 1)), lowered.Graph["concat1/part0"].Op);
        Assert.Equal([1 << 30], lowered.Parameters["concat1/part0/multipliers"].Span<int>().ToArray());
        Assert.Equal([-1], lowered.Parameters["concat1/part0/shifts"].Span<int>().ToArray());
        Assert.Equal(expected, Run(lowered, [1, 0, 5]));
    }

    /// <summary>In float between: x is 32, 0 and 63.75 steps, to the nearest 64; y's sums are -47.5, 16 and -111, halves to even -48.</summary>
    [Fact]
    public void Run_InQdqForm_GivesTheIntegersWorkedOutByHand()
    {
        var model = Model(false);
        Assert.Equal([32, -48, 0, 16, 64, -111], Run(new QdqLowering(model, Ranges(model)).Lower(), [1, 0, 5]));
    }

    /// <summary>What training decided about the whole holds for the part that only it uses: nothing is requantized.</summary>
    [Fact]
    public void Lower_GivenMeaningOfTheWhole_IsThatOfItsParts()
    {
        var model = Model(false);
        var encodings = Encodings.None with
        {
            Outputs = new Dictionary<string, QuantizationParameters> { ["concat1"] = new(1 / 16f, 3), ["input"] = new(1 / 16f, 3) },
        };
        var lowered = new IntegerLowering(model, Ranges(model), Rounding.HalfAway, encodings).Lower();
        Assert.Equal(["input", "quantize1", "conv1", "concat1"], lowered.Graph.Nodes.Select(node => node.Name));
        Assert.Equal((1 / 16f, 3), (((IntConv2DOp)lowered.Graph["conv1"].Op).Output.OutputScale,
            ((IntConv2DOp)lowered.Graph["conv1"].Op).Output.OutputZeroPoint));
    }

    private static Model Model(bool isRectified)
    {
        var graph = TestModels.Build(new Shape(1, 1, 1), (b, x) =>
        {
            var joined = b.Concat([x, b.Conv2D(x, 1, 1)]);
            return isRectified ? b.Relu(joined) : joined;
        });
        return new Model(graph, new ParameterSet(graph.Parameters.Select(p =>
            KeyValuePair.Create(p.Name, Tensor.From<float>([p.Spec.Name == "kernel" ? -127 / 64f : 0.5f], p.Spec.Shape)))));
    }

    private static Dictionary<string, (float, float)> Ranges(Model model) =>
        model.Graph.Nodes.ToDictionary(node => node.Name, node => node.Op is InputOp ? Input : Signed);

    private static int[] Run(Model lowered, float[] input)
    {
        using var backend = new CpuBackend(1);
        return [.. TestModels.Infer<sbyte>(backend, lowered, input, input.Length).Select(q => (int)q)];
    }
}
