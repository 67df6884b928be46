using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Graphs;

/// <summary>Graphs whose layers are right but whose wiring could be wrong: values with several consumers, branches, residuals.</summary>
public class GraphGradientTests
{
    private static readonly Dictionary<string, Func<GraphBuilder, Node, Node>> Wirings = new()
    {
        ["a value with two consumers"] = (b, x) => b.Add(b.Dense(x, 6), b.Activate(x, Activation.Tanh)),
        ["a value added to itself"] = (b, x) => b.Add(x, x),
        ["a sum added to itself, twice"] = (b, x) => Twice(b, Twice(b, x)),
        ["two parallel branches"] = (b, x) => b.Add(b.Relu(b.Dense(x, 6)), b.Activate(b.Dense(x, 6), Activation.Sigmoid)),
        ["three consumers"] = (b, x) => b.Add(b.Add(b.Dense(x, 6), b.Activate(x, Activation.Tanh)), x),
        ["a relu beside its own input"] = (b, x) =>
        {
            var dense = b.Dense(x, 6);
            return b.Add(b.Relu(dense), dense);
        },
        ["a relu with two consumers"] = (b, x) =>
        {
            var relu = b.Relu(b.Dense(x, 6));
            return b.Add(b.Dense(relu, 6), relu);
        },
        ["two relus of one value"] = (b, x) =>
        {
            var dense = b.Dense(x, 6);
            return b.Add(b.Relu(dense), b.Activate(dense, Activation.Tanh));
        },
        ["a residual of residuals"] = (b, x) =>
        {
            var inner = b.Add(x, b.Dense(b.Relu(b.Dense(x, 6)), 6));
            return b.Add(inner, b.Dense(b.Relu(b.Dense(inner, 6)), 6));
        },
    };

    public static TheoryData<string> Names => [.. Wirings.Keys];

    private static Node Twice(GraphBuilder b, Node x) => b.Add(x, x);

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_OfAWiring_IsThatOfFiniteDifferences(string name) => GradientCheck.Run(TestModels.Build(new Shape(6), (b, x) =>
        b.Dense(Wirings[name](b, b.Add(new OffsetOp(GradientCheck.Batch), [x])), GradientCheck.Classes)));

    [Fact]
    public void Gradient_OfAResidualBlockOfImages_IsThatOfFiniteDifferences() =>
        GradientCheck.Run(TestModels.Build(new Shape(4, 4, 2), (b, x) =>
    {
        var start = b.Conv2D(x, 3, kernel: 3);
        var y = b.Conv2D(b.Relu(b.BatchNorm(start)), 4, kernel: 3, stride: 2);
        y = b.Conv2D(b.Relu(b.BatchNorm(y)), 4, kernel: 3);
        y = b.Add(y, b.Conv2D(start, 4, kernel: 1, stride: 2));
        return b.Dense(b.Flatten(b.AveragePool(b.Relu(b.BatchNorm(y)), 2)), GradientCheck.Classes);
    }));

    [Fact]
    public void Gradient_WithTheSamplesAddedAgain_IsThatOfFiniteDifferences() => GradientCheck.Run(TestModels.Build(new Shape(6), (b, x) =>
        b.Dense(b.Add(b.Add(x, x), b.Dense(b.Relu(x), 6)), GradientCheck.Classes)));

    [Fact]
    public void Gradient_WithASoftmaxAtTheEnd_IsThatOfTheLogitsLoss()
    {
        var logits = TestModels.Build(new Shape(6), (b, x) => b.Dense(x, 4));
        var probabilities = TestModels.Build(new Shape(6), (b, x) => b.Softmax(b.Dense(x, 4)));
        var (input, classes) = (Draw.Normals(1, 18), new[] { 1, 2, 0 });
        using var backend = new Backends.Cpu.CpuBackend(1);
        var (loss, _, expected) = TestModels.Differentiate(backend, TestModels.Random(logits, 1), input, classes);
        var (other, _, actual) = TestModels.Differentiate(backend, TestModels.Random(probabilities, 1), input, classes);
        Assert.Equal(loss, other);
        Assert.Equal(expected, actual);
    }
}
