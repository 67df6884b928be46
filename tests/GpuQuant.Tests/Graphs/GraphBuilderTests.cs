using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Graphs;

public class GraphBuilderTests
{
    private readonly GraphBuilder _builder = new();

    public static TheoryData<string, Func<GraphBuilder, Node, Node>> Mistakes => new()
    {
        { "Layer 'dense1' (Dense): takes a Float32 input of rank 1, got Float32[4x5x2].", (b, x) => b.Dense(x, 3) },
        { "Layer 'conv1' (Conv2D): takes a Float32 input of rank 3, got Float32[40].", (b, x) => b.Conv2D(b.Flatten(x), 3, 3) },
        { "Layer 'pool1' (Pool2D): takes a Float32 input of rank 3, got Float32[40].", (b, x) => b.MaxPool(b.Flatten(x), 2) },
        { "Layer 'softmax1' (Softmax): takes a Float32 input of rank 1, got Float32[4x5x2].", (b, x) => b.Softmax(x) },
        { "Layer 'add1' (Add): takes two Float32 inputs of one shape, got Float32[4x5x2] and Float32[40].", (b, x) =>
            b.Add(x, b.Flatten(x)) },
        { "Layer 'mine' (Conv2D): A 5x5 window without padding does not fit into 4x5.", (b, x) =>
            b.Conv2D(x, 3, 5, padding: Padding.Valid, name: "mine") },
        { "Layer 'pool1' (Pool2D): A 5x5 window without padding does not fit into 4x5.", (b, x) => b.AveragePool(x, 5) },
        { "Layer 'conv1' (Conv2D): takes a kernel and a stride of at least 1, got kernel 3, stride 0.", (b, x) =>
            b.Conv2D(x, 3, 3, stride: 0) },
        { "Layer 'conv1' (Conv2D): takes a kernel and a stride of at least 1, got kernel -3, stride 1.", (b, x) => b.Conv2D(x, 3, -3) },
        { "Layer 'pool1' (Pool2D): takes a kernel and a stride of at least 1, got kernel 0, stride 0.", (b, x) => b.MaxPool(x, 0) },
        { "Layer 'conv1' (Conv2D): Shape 4x5x0 has a dimension of 0; every dimension must be at least 1.", (b, x) => b.Conv2D(x, 0, 3) },
        { "Layer 'dense1' (Dense): Shape -2 has a dimension of -2; every dimension must be at least 1.", (b, x) =>
            b.Dense(b.Flatten(x), -2) },
        { "Layer name 'twin' is used twice; names must be unique in a graph.", (b, x) => b.Relu(b.Relu(x, "twin"), "twin") },
        { "Layer 'relu1' takes 'input', which belongs to another graph.", (b, _) => b.Relu(new GraphBuilder().Input(new Shape(4, 5, 2))) },
        { "Layer 'relu1' (Activation): takes 1 input, got 2.", (b, x) => b.Add(new ActivationOp(Activation.Relu), [x, x]) },
        { "Layer 'quantize2' (Quantize): takes a Float32 input, got Int8[4x5x2].", (b, x) => Quantized(b, Quantized(b, x)) },
        { "Layer 'pool1' (IntPool2D): takes a Int8 input of rank 3, got Float32[4x5x2].", (b, x) =>
            b.Add(new IntPool2DOp(PoolKind.Max, 2, 2, Padding.Valid), [x]) },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Add_WhatDoesNotFit_NamesTheLayerWhatCameAndWhatWasExpected(string sentence, Func<GraphBuilder, Node, Node> mistake)
    {
        var input = _builder.Input(new Shape(4, 5, 2));
        var error = Assert.Throws<UsageException>(() => mistake(_builder, input));
        Assert.Equal(sentence, error.Message);
    }

    [Fact]
    public void Build_TwoInputs_SaysHowMany()
    {
        var sum = _builder.Add(_builder.Input(new Shape(3), name: "a"), _builder.Input(new Shape(3), name: "b"));
        var error = Assert.Throws<UsageException>(() => _builder.Build(sum));
        Assert.Equal("A graph has one input; 'add1' depends on 2.", error.Message);
    }

    [Fact]
    public void Build_OutputOfAnotherBuilder_IsRefused()
    {
        var other = new GraphBuilder();
        var foreign = other.Relu(other.Input(new Shape(3)));
        _builder.Input(new Shape(3));
        var error = Assert.Throws<UsageException>(() => _builder.Build(foreign));
        Assert.Contains("'relu1'", error.Message);
        Assert.Contains("another graph", error.Message);
    }

    [Fact]
    public void Build_LayersThatNobodyNeeds_AreLeftOut()
    {
        var input = _builder.Input(new Shape(3));
        var used = _builder.Dense(input, 2);
        _builder.Dense(_builder.Relu(used), 5);
        _builder.Input(new Shape(8), name: "other");
        var graph = _builder.Build(used);
        Assert.Equal(["input", "dense1"], graph.Nodes.Select(node => node.Name));
        Assert.Equal(0, graph.Consumers[used]);
        Assert.Same(input, graph.Input);
    }

    [Fact]
    public void Add_WithoutNames_NumbersEachKindFromOne()
    {
        var x = _builder.Input(new Shape(8, 8, 1));
        x = _builder.Conv2D(_builder.Conv2D(_builder.Conv2D(x, 2, 3, name: "conv2"), 2, 3), 2, 3);
        var graph = _builder.Build(_builder.MaxPool(_builder.AveragePool(_builder.Relu(x), 2), 2));
        Assert.Equal(["input", "conv2", "conv1", "conv3", "relu1", "pool1", "pool2"], graph.Nodes.Select(node => node.Name));
    }

    [Theory]
    [InlineData(Padding.Same, 1, 7, 9)]
    [InlineData(Padding.Same, 2, 4, 5)]
    [InlineData(Padding.Valid, 1, 5, 7)]
    [InlineData(Padding.Valid, 3, 2, 3)]
    public void Conv2D_Output_HasTensorFlowsShape(Padding padding, int stride, int height, int width) => Assert.Equal(
        new Shape(height, width, 6), _builder.Conv2D(_builder.Input(new Shape(7, 9, 2)), 6, 3, stride, padding).Output.Shape);

    [Fact]
    public void Concat_Output_HasTheChannelsOfAll()
    {
        var x = _builder.Input(new Shape(4, 5, 3));
        var joined = _builder.Concat([x, _builder.Conv2D(x, 2, 3), x]);
        Assert.Equal(("concat1", new Shape(4, 5, 8)), (joined.Name, joined.Output.Shape));
    }

    [Fact]
    public void Concat_OfWhatDoesNotFit_SaysWhat()
    {
        var x = _builder.Input(new Shape(4, 4, 3));
        Assert.Equal("Layer 'concat1' (Concat): takes two or more inputs, got 1.",
            Assert.Throws<UsageException>(() => _builder.Concat([x])).Message);
        Assert.Equal("Layer 'concat1' (Concat): takes inputs of one type that differ only in the last dimension, got Float32[4x4x3] and "
            + "Float32[2x2x3].", Assert.Throws<UsageException>(() => _builder.Concat([x, _builder.MaxPool(x, 2)])).Message);
        Assert.Contains("got Float32[4x4x3] and Int8[4x4x3]",
            Assert.Throws<UsageException>(() => _builder.Concat([x, Quantized(_builder, x)])).Message);
    }

    [Fact]
    public void Graph_UnknownLayer_ListsThoseThereAre()
    {
        var graph = _builder.Build(_builder.Dense(_builder.Input(new Shape(3)), 2));
        Assert.Equal("The graph has no layer 'dense9'. It has: input, dense1.",
            Assert.Throws<UsageException>(() => graph["dense9"]).Message);
    }

    private static Node Quantized(GraphBuilder b, Node x) => b.Add(new QuantizeOp(0.1f, 0, Rounding.HalfAway), [x]);
}
