using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Parts;
using GpuQuant.Quantization.PostTraining;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization.PostTraining;

public sealed class CrossLayerEqualizationTests : IDisposable
{
    private static readonly Shape Image = new(8, 8, 3);
    private readonly CpuBackend _backend = new(1);

    public void Dispose() => _backend.Dispose();

    /// <summary>The documented example: 8 then 2 gives s = sqrt(8 / 2) = 2, both weights 4, and the bias 6 becomes 3.</summary>
    [Fact]
    public void Apply_TwoWeights_GivesTheNumbersWorkedOutByHand()
    {
        var graph = TestModels.Build(new Shape(1), (b, x) => b.Dense(b.Relu(b.Dense(x, 1)), 1));
        var model = new Model(graph, new ParameterSet(new Dictionary<string, Tensor>
        {
            ["dense1/kernel"] = Tensor.From<float>([8], new Shape(1, 1)),
            ["dense1/bias"] = Tensor.From<float>([6], new Shape(1)),
            ["dense2/kernel"] = Tensor.From<float>([-2], new Shape(1, 1)),
            ["dense2/bias"] = Tensor.From<float>([5], new Shape(1)),
        }));
        var equal = CrossLayerEqualization.Apply(model).Parameters;
        // In the order of the names: dense1/bias, dense1/kernel, dense2/bias, dense2/kernel.
        Assert.Equal([3f, 4f, 5f, -4f], equal.Values.Select(value => value.Span<float>()[0]));
    }

    private static Graph Chain() => TestModels.Build(Image, (b, x) =>
    {
        x = b.MaxPool(b.Relu(b.Conv2D(x, 5, 3)), 2);
        x = b.Dropout(b.AveragePool(b.Relu(b.Conv2D(x, 7, 3)), 2), 0.3f);
        return b.Dense(b.Relu(b.Dense(b.Flatten(x), 6)), 4);
    });

    /// <summary>Sums of up to 64 products, each rounded to float32 anew: 1e-5 of the greatest output.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Apply_AChain_ComputesTheSameWithOtherWeights(bool isFused)
    {
        var model = TestModels.Random(isFused ? FuseActivations.Apply(Chain()) : Chain(), 2);
        var equal = CrossLayerEqualization.Apply(model);
        var input = Draw.Normals(5, 4 * (int)Image.Count);
        var (expected, actual) = (TestModels.Infer<float>(_backend, model, input, 4), TestModels.Infer<float>(_backend, equal, input, 4));
        var tolerance = 1e-5f * expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        Assert.All(model.Graph.Nodes.Where(node => node.Op is Conv2DOp or DenseOp), node => Assert.False(
            model.Parameters[$"{node.Name}/kernel"].Bytes.SequenceEqual(equal.Parameters[$"{node.Name}/kernel"].Bytes)));
    }

    /// <summary>Ranges by plain loops over (out, ..., in); flattened 2x2x7 images hold channel c at c, c + 7, c + 14, c + 21.</summary>
    [Fact]
    public void Apply_AChain_GivesEachChannelTheSameRangeBeforeAndBehind()
    {
        var parameters = CrossLayerEqualization.Apply(TestModels.Random(Chain(), 3)).Parameters;
        foreach (var (first, second) in new[] { ("conv1", "conv2"), ("conv2", "dense1"), ("dense1", "dense2") })
        {
            var (made, used) = (parameters[$"{first}/kernel"], parameters[$"{second}/kernel"]);
            var channels = made.Shape[0];
            for (var c = 0; c < channels; c++)
            {
                var length = (int)made.Shape.Count / channels;
                var before = made.Span<float>().Slice(c * length, length).ToArray().Max(Math.Abs);
                var behind = used.Span<float>().ToArray().Where((_, i) => i % channels == c).Max(Math.Abs);
                Assert.Equal(1, before / behind, 4e-3f);
            }
        }
    }

    /// <summary>
    /// What the pass is for: channels whose weights are 32 times those of others (conv1's, undone in conv2) share a step with them. The
    /// output's squared error falls to less than a tenth.
    /// </summary>
    [Fact]
    public void Apply_UnevenChannels_LeaveASmallerErrorAfterRounding()
    {
        var model = TestModels.Random(TestModels.Build(Image, (b, x) => b.Conv2D(b.Relu(b.Conv2D(x, 8, 3)), 4, 3)), 6);
        var names = new[] { "conv1/kernel", "conv1/bias", "conv2/kernel" };
        model = model with
        {
            Parameters = model.Parameters.With(names.Select(name => KeyValuePair.Create(name, Uneven(name, model.Parameters[name])))),
        };
        var calibration = CalibrationSamples.Random(_backend, Image, 10, 1);
        var spec = QuantizerSpec.Parse("int8n symmetric tensor minmax");
        var (plain, equal) = (
            CalibrationSamples.OutputError(model, QuantizeWeights.Apply(model, spec), calibration),
            CalibrationSamples.OutputError(model, QuantizeWeights.Apply(CrossLayerEqualization.Apply(model), spec), calibration));
        Assert.InRange(equal, 0, plain / 10);
    }

    /// <summary>Channel c of 8 times 1, 2, 4, ... 32: outputs of conv1, inputs of conv2 (divided).</summary>
    private static Tensor Uneven(string name, Tensor value)
    {
        var uneven = value.Clone();
        var length = uneven.Span<float>().Length / 8;
        for (var i = 0; i < uneven.Span<float>().Length; i++)
            uneven.Span<float>()[i] *= name == "conv2/kernel" ? 1f / (1 << (i % 8 % 6)) : 1 << (i / length % 6);
        return uneven;
    }

    /// <summary>
    /// Gamma -2, beta 3: up to 3 + 3 * 2 = 9 is expected. With the weight 4 behind, s = sqrt(9 / 4) = 1.5: gamma -2 / 1.5, beta 2,
    /// weight 6, and 6 = 2 + 3 * 2 / 1.5 is the new expectation, so a second turn changes nothing.
    /// </summary>
    [Fact]
    public void Apply_ABatchNormalizationFirst_GivesTheNumbersWorkedOutByHand()
    {
        var graph = TestModels.Build(new Shape(1, 1, 1), (b, x) => b.Conv2D(b.Relu(b.BatchNorm(x)), 1, 1));
        var names = graph.Parameters.ToDictionary(p => p.Name.Split('/')[1], p => p.Name);
        var random = TestModels.Random(graph, 1);
        var model = random with
        {
            Parameters = random.Parameters.With(new[] { ("gamma", -2f), ("beta", 3f), ("kernel", 4f) }.Select(value =>
                KeyValuePair.Create(names[value.Item1], Tensor.From<float>([value.Item2], random.Parameters[names[value.Item1]].Shape)))),
        };
        var equal = CrossLayerEqualization.Apply(model).Parameters;
        Assert.Equal(-2 / 1.5f, equal[names["gamma"]].Span<float>()[0], 1e-6f);
        Assert.Equal(2, equal[names["beta"]].Span<float>()[0], 1e-6f);
        Assert.Equal(6, equal[names["kernel"]].Span<float>()[0], 1e-6f);
    }

    public static Graph PreActivation() => TestModels.Build(Image, (b, x) =>
    {
        x = b.Conv2D(x, 4, 3);
        var y = b.Conv2D(b.Relu(b.BatchNorm(x)), 4, 3);
        x = b.Add(b.Conv2D(b.Relu(b.BatchNorm(y)), 4, 3), x);
        return b.Dense(b.Flatten(b.GlobalAveragePool(b.Relu(b.BatchNorm(x)))), 3);
    });

    /// <summary>Behind the first convolution and behind the sum the batch normalization stays; the one in between is folded.</summary>
    [Fact]
    public void Apply_APreActivationBlock_ComputesTheSameWithOtherWeights()
    {
        var model = FoldBatchNorm.Apply(TestModels.Random(PreActivation(), 7));
        var equal = CrossLayerEqualization.Apply(model);
        var input = Draw.Normals(5, 4 * (int)Image.Count);
        var (expected, actual) = (TestModels.Infer<float>(_backend, model, input, 4), TestModels.Infer<float>(_backend, equal, input, 4));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f * expected.Max(Math.Abs)));
        Assert.Equal(["batch_norm1", "batch_norm3", "conv2"], ScalePair.Of(model.Graph).Select(pair => pair.First.Name).Order());
    }

    public static TheoryData<string> Unpaired => ["shared", "tanh", "linear", "sum", "parts"];

    [Theory]
    [MemberData(nameof(Unpaired))]
    public void Apply_LayersThatArePairedByNothing_StayAsTheyAre(string net)
    {
        var model = TestModels.Random(TestModels.Build(Image, (b, x) =>
        {
            var first = b.Conv2D(x, 3, 3);
            return net switch
            {
                "shared" => b.Add(b.Conv2D(b.Relu(first), 3, 3), first),
                "tanh" => b.Conv2D(b.Activate(first, Activation.Tanh), 3, 3),
                "linear" => b.Conv2D(first, 3, 3),
                "sum" => b.Conv2D(b.Relu(b.Add(first, x)), 3, 3),
                _ => b.Conv2D(b.Concat([b.Relu(first), b.Relu(b.Conv2D(x, 3, 1))]), 3, 3),
            };
        }), 4);
        var equal = CrossLayerEqualization.Apply(model);
        Assert.All(model.Parameters, p => Assert.Equal(p.Value.Bytes.ToArray(), equal.Parameters[p.Key].Bytes.ToArray()));
    }

    [Fact]
    public void Apply_AChannelOfZeros_StaysFinite()
    {
        var model = TestModels.Random(Chain(), 5);
        var kernel = model.Parameters["conv1/kernel"].Clone();
        kernel.Span<float>()[..27].Clear();
        var dead = model with { Parameters = model.Parameters.With([KeyValuePair.Create("conv1/kernel", kernel)]) };
        var equal = CrossLayerEqualization.Apply(dead);
        Assert.All(equal.Parameters.Values, value => Assert.All(value.Span<float>().ToArray(), x => Assert.True(float.IsFinite(x))));
    }
}
