using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Graphs;

public class FuseActivationsTests
{
    private static readonly Shape Image = new(6, 5, 2);

    [Fact]
    public void Apply_LayersWithActivations_TakesThemIn()
    {
        var graph = TestModels.Build(Image, (b, x) => b.Activate(
            b.Dense(b.Flatten(b.Activate(b.BatchNorm(b.Relu(b.Conv2D(x, 3, 3))), Activation.Relu6)), 4), Activation.Tanh));
        var fused = FuseActivations.Apply(graph);
        Assert.Equal(["input", "conv1", "batch_norm1", "flatten1", "dense1"], fused.Nodes.Select(node => node.Name));
        Assert.Equal(Activation.Relu, ((Conv2DOp)fused["conv1"].Op).Activation);
        Assert.Equal(Activation.Relu6, ((BatchNormOp)fused["batch_norm1"].Op).Activation);
        Assert.Equal(Activation.Tanh, ((DenseOp)fused["dense1"].Op).Activation);
        Assert.Equal("dense1", fused.Output.Name);
        Assert.Equal(graph.Parameters.Select(p => p.Name), fused.Parameters.Select(p => p.Name));
    }

    [Fact]
    public void Apply_ValueThatOthersNeed_IsLeftAlone()
    {
        var fused = FuseActivations.Apply(TestModels.Build(new Shape(4), (b, x) =>
        {
            var dense = b.Dense(x, 4);
            return b.Add(b.Relu(dense), dense);
        }));
        Assert.Equal(Activation.None, ((DenseOp)fused["dense1"].Op).Activation);
        Assert.IsType<ActivationOp>(fused["relu1"].Op);
    }

    [Fact]
    public void Apply_ActivationOfAConcatenation_GoesIntoAllItsParts()
    {
        var fused = FuseActivations.Apply(TestModels.Build(Image, (b, x) =>
            b.Dense(b.Flatten(b.Relu(b.Concat([b.Conv2D(x, 3, 3), b.BatchNorm(x)]))), 4)));
        Assert.Equal(["input", "conv1", "batch_norm1", "concat1", "flatten1", "dense1"], fused.Nodes.Select(node => node.Name));
        Assert.Equal(Activation.Relu, ((Conv2DOp)fused["conv1"].Op).Activation);
        Assert.Equal(Activation.Relu, ((BatchNormOp)fused["batch_norm1"].Op).Activation);
    }

    [Fact]
    public void Apply_ActivationOfAConcatenationWithAPartThatCannot_StaysALayer()
    {
        foreach (var (name, part) in new (string, Func<GraphBuilder, Node, Node, Node>)[]
        {
            ("no such layer", (b, x, _) => b.MaxPool(x, 1)), ("twice the same", (_, _, conv) => conv),
            ("active already", (b, x, _) => b.Activate(b.Conv2D(x, 2, 1), Activation.Tanh)), ("used elsewhere", (_, x, _) => x),
        })
        {
            var fused = FuseActivations.Apply(TestModels.Build(Image, (b, x) =>
            {
                x = b.Conv2D(x, 2, 1);
                var conv = b.Conv2D(x, 3, 3);
                return b.Relu(b.Concat([conv, part(b, x, conv)]));
            }));
            Assert.True(fused.Output.Op is ActivationOp, name);
            Assert.All(fused.Nodes.Select(node => node.Op).OfType<Conv2DOp>(), op => Assert.NotEqual(Activation.Relu, op.Activation));
        }
    }

    [Fact]
    public void Apply_WithAFilter_FusesOnlyWhatItLetsThrough()
    {
        var fused = FuseActivations.Apply(TestModels.Build(Image, (b, x) =>
            b.Activate(b.Conv2D(b.Relu(b.Conv2D(x, 3, 3)), 3, 3), Activation.Tanh)), activation => activation == Activation.Relu);
        Assert.Equal(["input", "conv1", "conv2", "tanh1"], fused.Nodes.Select(node => node.Name));
    }

    [Fact]
    public void Apply_SecondActivationOrNoLayerBefore_StaysALayer()
    {
        var fused = FuseActivations.Apply(TestModels.Build(Image, (b, x) =>
            b.Relu(b.MaxPool(b.Activate(b.Relu(b.Conv2D(x, 3, 3)), Activation.Tanh), 2))));
        Assert.Equal(["input", "conv1", "tanh1", "pool1", "relu2"], fused.Nodes.Select(node => node.Name));
    }

    // Without an activation between them, convolution and batch normalization become one call, which rounds once less.
    public static TheoryData<Activation> Activations => [.. Enum.GetValues<Activation>().Where(a => a != Activation.None)];

    [Theory]
    [MemberData(nameof(Activations))]
    public void Inference_FusedOrNot_GivesTheSameBits(Activation activation)
    {
        var graph = TestModels.Build(Image, (b, x) =>
        {
            var y = b.Activate(b.BatchNorm(b.Activate(b.Conv2D(x, 7, 3), activation)), activation);
            return b.Activate(b.Dense(b.Flatten(y), 9), activation);
        });
        var model = TestModels.Random(graph, 3);
        var input = Draw.Normals(4, 5 * 60, 3);
        using var backend = new CpuBackend(2);
        var fused = TestModels.Infer<float>(backend, model, input, 5);
        // Naming a layer keeps every layer apart.
        var apart = TestModels.Infer<float>(backend, model, input, 5, layer: graph.Output.Name);
        Assert.Equal(apart.Select(BitConverter.SingleToInt32Bits), fused.Select(BitConverter.SingleToInt32Bits));
        Assert.True(fused.Distinct().Count() > 5);
    }
}
