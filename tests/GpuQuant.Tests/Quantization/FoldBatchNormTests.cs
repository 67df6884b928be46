using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization;

public class FoldBatchNormTests
{
    private static readonly Shape Image = new(6, 5, 3);

    /// <summary>The documented example: gamma 2, variance + epsilon 4, mean 2, beta 5.</summary>
    [Fact]
    public void Apply_OnePixel_GivesTheNumbersWorkedOutByHand()
    {
        var graph = TestModels.Build(new Shape(1, 1, 1), (b, x) => b.BatchNorm(b.Conv2D(x, 1, 1), epsilon: 1));
        var folded = FoldBatchNorm.Apply(Model(graph, ("conv1/kernel", 3), ("conv1/bias", 1), ("batch_norm1/gamma", 2),
            ("batch_norm1/beta", 5), ("batch_norm1/mean", 2), ("batch_norm1/variance", 3)));
        Assert.Equal(["input", "conv1"], folded.Graph.Nodes.Select(node => node.Name));
        Assert.Equal(["conv1/bias", "conv1/kernel"], folded.Parameters.Keys);
        Assert.Equal([3f], folded.Parameters["conv1/kernel"].Span<float>().ToArray());
        Assert.Equal([4f], folded.Parameters["conv1/bias"].Span<float>().ToArray());
    }

    public static TheoryData<string, int> Nets => new()
    {
        { "convolutions", 0 }, { "dense layers", 0 }, { "several", 2 }, { "shared", 1 }, { "parts", 0 }, { "sums", 0 }, { "both", 1 },
        { "parts of others", 4 },
    };

    private static Graph Build(string net) => net switch
    {
        "convolutions" => TestModels.Build(Image, (b, x) =>
            b.Relu(b.BatchNorm(b.Conv2D(b.Relu(b.BatchNorm(b.BatchNorm(b.Conv2D(x, 4, 3)))), 5, 3, stride: 2)))),
        "dense layers" => TestModels.Build(Image, (b, x) => b.Activate(b.BatchNorm(b.Dense(b.Flatten(x), 7)), Activation.Tanh)),
        // A normalization behind a relu and one of the input.
        "several" => TestModels.Build(Image, (b, x) => b.BatchNorm(b.Relu(b.BatchNorm(b.Conv2D(b.BatchNorm(x), 4, 3))))),
        "parts" => TestModels.Build(Image, (b, x) => b.Conv2D(
            b.Relu(b.BatchNorm(b.Concat([b.Conv2D(x, 4, 3), b.BatchNorm(b.Conv2D(x, 2, 1)), b.Conv2D(x, 3, 3)]))), 2, 1)),
        "sums" => TestModels.Build(Image, (b, x) => b.Conv2D(b.Relu(b.BatchNorm(b.Add(b.Conv2D(x, 4, 3), b.Conv2D(x, 4, 1)))), 2, 1)),
        // A normalization of parts of which one is a normalized sum, normalized once more.
        "both" => TestModels.Build(Image, (b, x) => b.BatchNorm(b.Relu(b.Conv2D(b.BatchNorm(b.BatchNorm(b.Concat(
            [b.Conv2D(x, 4, 3), b.BatchNorm(b.Add(b.Conv2D(x, 2, 1), b.Conv2D(x, 2, 3)))]))), 2, 1)))),
        // A part that is the input, one that is used again, one that is active already, one that is there twice.
        "parts of others" => TestModels.Build(Image, (b, x) =>
        {
            var (again, twice) = (b.Conv2D(x, 2, 1), b.Conv2D(x, 3, 1));
            return b.Concat([b.BatchNorm(b.Concat([b.Conv2D(x, 4, 3), x])), b.BatchNorm(b.Concat([b.Conv2D(x, 4, 3), again])),
                b.Relu(b.BatchNorm(b.Concat([b.Relu(b.Conv2D(x, 4, 3)), b.Conv2D(x, 4, 3)]))), b.BatchNorm(b.Add(twice, twice)), again]);
        }),
        _ => TestModels.Build(Image, (b, x) =>
        {
            var conv = b.Conv2D(x, 4, 3);
            return b.Add(b.BatchNorm(conv), conv);
        }),
    };

    /// <summary>Factors are up to 2.5 here and sums have at most 90 products: 1e-4 is float32's rounding, times 10.</summary>
    [Theory]
    [MemberData(nameof(Nets))]
    public void Apply_AnyNet_ComputesTheSameFunction(string net, int left)
    {
        var model = TestModels.Random(FuseActivations.Apply(Build(net)), 3);
        var folded = FoldBatchNorm.Apply(model);
        Assert.Equal(left, folded.Graph.Nodes.Count(node => node.Op is BatchNormOp));
        Assert.Equal(folded.Graph.Parameters.Select(p => p.Name).Order(StringComparer.Ordinal), folded.Parameters.Keys);
        using var backend = new CpuBackend(1);
        var input = Array.ConvertAll(Draw.Normals(5, 4 * (int)Image.Count, 1), x => (float)x);
        var (expected, actual) = (TestModels.Infer<float>(backend, model, input, 4), TestModels.Infer<float>(backend, folded, input, 4));
        Assert.True(expected.Distinct().Count() > 10);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4f * (1 + Math.Abs(pair.First))));
    }

    [Fact]
    public void Apply_AModel_LeavesItsParametersAlone()
    {
        var model = TestModels.Random(Build("convolutions"), 3);
        var before = model.Parameters.ToDictionary(p => p.Key, p => p.Value.Clone());
        FoldBatchNorm.Apply(model);
        Assert.All(before, p => Assert.Equal(p.Value.Span<float>(), model.Parameters[p.Key].Span<float>()));
    }

    private static Model Model(Graph graph, params (string Name, float Value)[] values) => new(graph, new ParameterSet(values.Select(v =>
        KeyValuePair.Create(v.Name, Tensor.From<float>([v.Value], graph.Parameters.Single(p => p.Name == v.Name).Spec.Shape)))));
}
