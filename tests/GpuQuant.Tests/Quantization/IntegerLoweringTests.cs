using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization;

/// <summary>Small layers lowered to integers, with every number worked out by hand. All steps are powers of two.</summary>
public class IntegerLoweringTests
{
    // Ranges whose 255 steps are 1/128 from 0 (zero point -128), and 1/32 from -4 (zero point 0: 127 - 127/32 * 32).
    private static readonly (float, float) Input = (0, 255 / 128f), Signed = (-4, 127 / 32f), Positive = (0, 255 / 32f);

    /// <summary>
    /// Weight 127/64 is 127 with step 1/64. The bias 0.5 has step 1/128 * 1/64: 4,096. A sum's step over the output's is
    /// 1/8192 * 32 = 1/256 = 2^30 / 2^31 * 2^-7.
    /// </summary>
    [Fact]
    public void Lower_OnePixelConvolution_HasTheIntegersWorkedOutByHand()
    {
        var lowered = Lower(Convolution(127 / 64f, Activation.None), Signed);
        Assert.Equal(new QuantizeOp(1 / 128f, -128, Rounding.HalfAway), lowered.Graph.Nodes[1].Op);
        Assert.Equal(new IntConv2DOp(1, 1, 1, Padding.Same, new IntegerOutput(1 / 128f, -128, 1 / 32f, 0, -128, 127, 1)),
            lowered.Graph["conv1"].Op);
        Assert.Equal([127], lowered.Parameters["conv1/kernel"].Span<sbyte>().ToArray().Select(q => (int)q));
        Assert.Equal([4096], lowered.Parameters["conv1/bias"].Span<int>().ToArray());
        Assert.Equal([1 << 30], lowered.Parameters["conv1/multipliers"].Span<int>().ToArray());
        Assert.Equal([-7], lowered.Parameters["conv1/shifts"].Span<int>().ToArray());
    }

    // Input 1.0 is 0: (0 + 128) * 127 + 4096 = 20352, / 256 = 79.5, away from zero 80. Input 0 gives 4096 / 256 = 16. Input 5 is cut
    // to 127: 255 * 127 + 4096 = 36481, / 256 = 142.5, cut to 127.
    [Fact]
    public void Run_OnePixelConvolution_GivesTheIntegersWorkedOutByHand() =>
        Assert.Equal([80, 16, 127], Run(Lower(Convolution(127 / 64f, Activation.None), Signed), [1, 0, 5]));

    // With the weight -127: 1.0 gives -16256 + 4096 = -12160, / 2 = -6080, / 128 = -47.5, away from zero -48.
    [Fact]
    public void Run_NegativeSum_RoundsHalvesAwayFromZero() =>
        Assert.Equal([-48, 16, -111], Run(Lower(Convolution(-127 / 64f, Activation.None), Signed), [1, 0, 5]));

    // A relu raises the least output to the zero point; its range begins at 0, so that the zero point is -128 and outputs lie 128 lower.
    [Theory]
    [InlineData(Activation.Relu, -128, 127)]
    [InlineData(Activation.Relu6, -128, 64)] // -128 + 6 * 32
    public void Lower_FusedActivation_ClampsTheOutput(Activation activation, int minimum, int maximum)
    {
        var lowered = Lower(Convolution(-127 / 64f, activation), Positive);
        Assert.Equal(new IntegerOutput(1 / 128f, -128, 1 / 32f, -128, minimum, maximum, 1),
            ((IntConv2DOp)lowered.Graph["conv1"].Op).Output);
        Assert.Equal([-128, -112, -128], Run(lowered, [1, 0, 5]));
    }

    [Fact]
    public void Lower_ReluWithANegativeRange_ClampsAtTheZeroPoint()
    {
        var lowered = Lower(Convolution(-127 / 64f, Activation.Relu), Signed);
        Assert.Equal(new IntegerOutput(1 / 128f, -128, 1 / 32f, 0, 0, 127, 1), ((IntConv2DOp)lowered.Graph["conv1"].Op).Output);
        Assert.Equal([0, 16, 0], Run(lowered, [1, 0, 5]));
    }

    /// <summary>
    /// One step for the whole kernel, 1/64 from the weight 127/64: -1 is -64, 0.5 is 32, 2/64 is 2. Biases 0.25 and -3 are 2,048 and
    /// -24,576. Inputs 1 and 0.5 are 0 and -64, 128 and 64 above the zero point.
    /// </summary>
    [Fact]
    public void Run_DenseOfTwoUnits_GivesTheIntegersWorkedOutByHand()
    {
        var graph = TestModels.Build(new Shape(2), (b, x) => b.Dense(x, 2));
        var model = new Model(graph, Parameters(graph, [127 / 64f, -1, 0.5f, 2 / 64f], [0.25f, -3]));
        var lowered = new IntegerLowering(model, Ranges(graph, Signed), Rounding.HalfAway).Lower();
        Assert.Equal([127, -64, 32, 2], lowered.Parameters["dense1/kernel"].Span<sbyte>().ToArray().Select(q => (int)q));
        Assert.Equal([2048, -24576], lowered.Parameters["dense1/bias"].Span<int>().ToArray());
        Assert.Equal([1 << 30, 1 << 30], lowered.Parameters["dense1/multipliers"].Span<int>().ToArray());
        // 128 * 127 - 64 * 64 + 2048 = 14208, / 256 = 55.5. 128 * 32 + 64 * 2 - 24576 = -20352, / 256 = -79.5.
        Assert.Equal([56, -80], Run(lowered, [1, 0.5f]));
    }

    /// <summary>
    /// Gamma 127/64 over sqrt(0.5 + 0.5), mean 1 and beta 127/64 + 0.5 leave the factor 127/64 and the offset 0.5: the convolution of one
    /// pixel above, as a scaling.
    /// </summary>
    [Fact]
    public void Run_BatchNormOnItsOwn_IsAScalingWithTheIntegersWorkedOutByHand()
    {
        var graph = TestModels.Build(new Shape(1, 1, 1), (b, x) => b.BatchNorm(x, epsilon: 0.5f));
        var values = new Dictionary<string, float> { ["gamma"] = 127 / 64f, ["beta"] = 127 / 64f + 0.5f, ["mean"] = 1, ["variance"] = 0.5f };
        var model = new Model(graph, new ParameterSet(values.Select(v =>
            KeyValuePair.Create($"batch_norm1/{v.Key}", Tensor.From<float>([v.Value], new Shape(1))))));
        var lowered = Lower(model, Signed);
        Assert.Equal(new IntScaleOp(new IntegerOutput(1 / 128f, -128, 1 / 32f, 0, -128, 127, 1)), lowered.Graph["batch_norm1"].Op);
        Assert.Equal([127], lowered.Parameters["batch_norm1/kernel"].Span<sbyte>().ToArray().Select(q => (int)q));
        Assert.Equal([4096], lowered.Parameters["batch_norm1/bias"].Span<int>().ToArray());
        Assert.Equal([80, 16, 127], Run(lowered, [1, 0, 5]));
    }

    /// <summary>
    /// Steps 1/128 and 1/32, so twice the greater is 1/16: factors 1/8 (2^30, shift -2) and 1/2 (2^30, shift 0), and back 2^-20 / 16 * 32
    /// = 2^-19 (2^30, shift -18). The sum of x (1, 0, 5: 128, 0, 255 steps of 1/128) and -127/64 x + 0.5 (-48, 16, -111 steps of 1/32, as
    /// above) is 32 - 48, 0 + 16 and 63.75 - 111 = -47.25.
    /// </summary>
    [Theory]
    [InlineData(Activation.None, -128, new[] { -16, 16, -47 })]
    [InlineData(Activation.Relu, 0, new[] { 0, 16, 0 })]
    public void Run_AdditionOfUnequalSteps_GivesTheIntegersWorkedOutByHand(Activation activation, int minimum, int[] expected)
    {
        var graph = TestModels.Build(new Shape(1, 1, 1), (b, x) =>
        {
            var sum = b.Add(x, b.Conv2D(x, 1, 1));
            return activation == Activation.None ? sum : b.Activate(sum, activation);
        });
        var lowered = Lower(new Model(graph, Parameters(graph, [-127 / 64f], [0.5f])), Signed);
        var factors = new IntAddFactors(-128, 1 << 30, -2, 0, 1 << 30, 0, 1 << 30, -18, 0, minimum, 127);
        Assert.Equal(new IntAddOp(factors, 1 / 128f, 1 / 32f, 1 / 32f), lowered.Graph["add1"].Op);
        Assert.Equal("add1", lowered.Graph.Output.Name);
        Assert.Equal(expected, Run(lowered, [1, 0, 5]));
    }

    [Fact]
    public void Lower_InputCastOfTheStudy_IsKeptWithTheModel()
    {
        var model = Convolution(1, Activation.None);
        var lowered = new IntegerLowering(model, Ranges(model.Graph, Signed), Rounding.TruncateAndWrap).Lower();
        Assert.Equal(Rounding.TruncateAndWrap, ((QuantizeOp)lowered.Graph.Nodes[1].Op).Rounding);
    }

    [Fact]
    public void Lower_SoftmaxTable_HoldsPowersOfTheLogitsStep()
    {
        var graph = TestModels.Build(new Shape(2), (b, x) => b.Softmax(b.Dense(x, 2)));
        var lowered = new IntegerLowering(new Model(graph, Parameters(graph, [1, 0, 0, 1], [0, 0])), Ranges(graph, Signed),
            Rounding.HalfAway).Lower();
        var table = lowered.Parameters["softmax1/table"].Span<float>().ToArray();
        Assert.Equal(Enumerable.Range(0, 256).Select(d => Math.Exp(-d / 32.0)), table.Select(v => (double)v), (a, b) =>
            Math.Abs(a - b) < 1e-7 * a);
        Assert.Equal(DType.UInt8, lowered.Graph.Output.Output.Type);
    }

    private const string NoForm = " has no integer form; with --allow-float (AllowsFloat) it is computed in float.";

    public static TheoryData<string, Func<GraphBuilder, Node, Node>> Unknown => new()
    {
        { "Layer 'tanh1' (Tanh)" + NoForm, (b, x) => b.Activate(x, Activation.Tanh) },
        { "Layer 'softmax1' (Softmax)" + NoForm, (b, x) => b.Dense(b.Softmax(b.Flatten(x)), 2) },
        { "Layer 'batch_norm1' has a Sigmoid, which has no integer form.", (b, x) => b.Activate(b.BatchNorm(x), Activation.Sigmoid) },
        { "Layer 'tanh1' (Tanh)" + NoForm, (b, x) => b.Activate(b.Add(x, x), Activation.Tanh) },
        { "Layer 'conv1' has a Sigmoid, which has no integer form.", (b, x) => b.Activate(b.Conv2D(x, 1, 1), Activation.Sigmoid) },
    };

    [Theory]
    [MemberData(nameof(Unknown))]
    public void Lower_LayerWithoutAnIntegerForm_NamesIt(string sentence, Func<GraphBuilder, Node, Node> layer)
    {
        var model = TestModels.Random(FuseActivations.Apply(TestModels.Build(new Shape(2, 2, 1), layer)), 1);
        var error = Assert.Throws<UsageException>(() => new IntegerLowering(model, Ranges(model.Graph, Signed), Rounding.HalfAway).Lower());
        Assert.Equal(sentence, error.Message);
    }

    /// <summary>70,000 weights of 127 times inputs up to 255 are 2,266,950,000, more than 2^31.</summary>
    [Fact]
    public void Lower_SumBeyond32Bits_IsRefused()
    {
        var graph = TestModels.Build(new Shape(70_000), (b, x) => b.Dense(x, 1));
        var model = new Model(graph, Parameters(graph, [.. Enumerable.Repeat(1f, 70_000)], [0]));
        var error = Assert.Throws<UsageException>(() => new IntegerLowering(model, Ranges(graph, Signed), Rounding.HalfAway).Lower());
        Assert.StartsWith("Layer 'dense1' can overflow its 32-bit accumulator: sums reach 2266950000.", error.Message);
    }

    private static Model Lower(Model model, (float, float) output) =>
        new IntegerLowering(model, Ranges(model.Graph, output), Rounding.HalfAway).Lower();

    private static Model Convolution(float weight, Activation activation)
    {
        var graph = FuseActivations.Apply(TestModels.Build(new Shape(1, 1, 1), (b, x) => b.Activate(b.Conv2D(x, 1, 1), activation)));
        if (activation == Activation.None)
            graph = TestModels.Build(new Shape(1, 1, 1), (b, x) => b.Conv2D(x, 1, 1));
        return new Model(graph, Parameters(graph, [weight], [0.5f]));
    }

    private static ParameterSet Parameters(Graph graph, float[] kernel, float[] bias) => new(graph.Parameters.Select(p =>
        KeyValuePair.Create(p.Name, Tensor.From<float>(p.Spec.Name == "kernel" ? kernel : bias, p.Spec.Shape))));

    private static Dictionary<string, (float, float)> Ranges(Graph graph, (float, float) others) =>
        graph.Nodes.ToDictionary(node => node.Name, node => node.Op is InputOp ? Input : others);

    private static int[] Run(Model lowered, float[] input)
    {
        using var backend = new CpuBackend(1);
        var batch = input.Length / (int)lowered.Graph.Input.Output.Shape.Count;
        return [.. TestModels.Infer<sbyte>(backend, lowered, input, batch).Select(q => (int)q)];
    }
}
