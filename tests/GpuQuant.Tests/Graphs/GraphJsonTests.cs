using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Graphs;

public class GraphJsonTests
{
    private static readonly IntegerOutput Integers = new(0.1f, -3, 0.2f, 7, -128, 100, 5, 2);

    private static readonly DynamicWeights Weights = new(true, Activation.Relu6, 3);

    private static readonly Graph[] Graphs =
    [
        TestModels.Build(new Shape(8, 7, 3), (b, x) =>
        {
            var y = b.Activate(b.BatchNorm(b.Conv2D(x, 3, 3, 1, Padding.Same), 0.1f, 0.123456789f), Activation.Tanh);
            y = b.Add(b.MaxPool(b.Add(y, x), 2), b.AveragePool(x, 2, 2, Padding.Valid));
            y = b.Concat([y, y]);
            y = b.Add(new DynamicConv2DOp(4, 3, 2, Padding.Valid, Weights), [y]);
            return b.Softmax(b.Dense(b.Add(new DynamicDenseOp(6, Weights with { PerChannel = false }), [b.Flatten(y)]), 5,
                "ünïcode \"quoted\""));
        }),
        TestModels.Build(new Shape(8, 7, 3), (b, x) =>
        {
            var y = b.Add(new QuantizeOp(1f / 3, -128, Rounding.TruncateAndWrap), [x]);
            y = b.Add(new IntAddOp(new IntAddFactors(1, 1 << 30, -2, 3, int.MaxValue, -4, 5, -19, 6, -128, 127), 0.1f, 0.2f, 1f / 3),
                [y, b.Add(new IntScaleOp(Integers with { WeightScales = 3, SimulationParts = 1 }), [y])]);
            y = b.Add(new IntPool2DOp(PoolKind.Average, 2, 1, Padding.Same),
                [b.Add(new IntConv2DOp(4, 3, 1, Padding.Valid, Integers), [y])]);
            return b.Add(new IntSoftmaxOp(), [b.Add(new IntDenseOp(5, Integers with { SimulationParts = 1 }), [b.Flatten(y)])]);
        }),
        FuseActivations.Apply(TestModels.Build(new Shape(8, 7, 3), (b, x) =>
            b.Relu(b.Dense(b.Flatten(b.Dropout(b.Relu(b.BatchNorm(b.Relu(b.Conv2D(x, 2, 2, l2: 0.5f)))), 0.25f)), 3)))),
        TestModels.Build(new Shape(8, 7, 3), (b, x) =>
        {
            var y = b.Add(new Conv2DOp(2, 3, 1, Padding.Half) { HasBias = false, Weights = new(4, QuantizerMethod.Lsq) }, [b.Add(new FakeQuantizeOp(), [x])]);
            return b.Add(new DenseOp(3) { Weights = new() }, [b.Flatten(b.Add(new FakeQuantizeOp(4, 0.5f), [y]))]);
        }),
        TestModels.Build(new Shape(8, 7, 3), (b, x) =>
        {
            var y = b.Add(new IntConv2DOp(4, 3, 1, Padding.Valid, Integers with { HasFloatFactors = true }),
                [b.Add(new QuantizeOp(1f / 3, -128, Rounding.HalfEven), [x])]);
            return b.Add(new DequantizeOp(1f / 7, 5), [y]);
        }),
        TestModels.Build(new Shape(8, 7, 3), (b, x) =>
            b.Add(new FakeQuantizeOp { IsObserver = true }, [b.Add(new BatchNormOp(0.1f, 0.9f) { IsFrozen = true }, [x])])),
        TestModels.Build(new Shape(8, 7, 3), (b, x) => b.Add(new FoldedConv2DOp(
            new Conv2DOp(4, 3, 2, Padding.Same) { Weights = new(4), L2 = 0.5f }, new BatchNormOp(0.1f, 0.9f, Activation.Relu)), [x])),
        TestModels.Build(new Shape(7), (b, x) =>
        {
            var y = b.SpatialDropout(b.Add(new MixSamplesOp(), [b.Embedding(x, 5, 3)]), 0.1f);
            return b.Add(b.Lstm(y, 2, 0.3f), b.Gru(y, 2, 0.123456789f));
        }, DType.Int32),
        TestModels.Build(new Shape(7), (b, x) =>
        {
            var y = b.Add(new IntEmbeddingOp(5, 3, 1f / 3, -7), [x]);
            y = b.Concat([b.Add(new IntLstmOp(2, 1f / 3, -7, 0.1f, new IntStateFactors(1 << 30, -22, -3, 4), 2), [y]),
                b.Add(new IntGruOp(2, 1f / 3, -7, 0.123456789f, new IntStateFactors(int.MaxValue, -7, 5)), [y])]);
            return b.Add(new IntSigmoidOp(), [y]);
        }, DType.Int32),
    ];

    [Fact]
    public void Write_AndRead_GivesTheSameGraph() => Assert.All(Graphs, graph =>
    {
        var read = GraphJson.Read(GraphJson.Write(graph));
        Assert.Equal(graph.Nodes.Select(Describe), read.Nodes.Select(Describe));
        Assert.Equal(graph.Output.Name, read.Output.Name);
        Assert.Equal(GraphJson.Write(graph), GraphJson.Write(read));
    });

    [Fact]
    public void Graphs_OfThisTest_HaveEveryOp()
    {
        var ops = typeof(Op).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Op)) && !type.IsAbstract).Select(type => type.Name);
        Assert.Equal(ops.Order(), Graphs.SelectMany(graph => graph.Nodes).Select(node => node.Op.GetType().Name).Distinct().Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("{\"nodes\":[],\"output\":\"x\"}")]
    [InlineData("{\"nodes\":[1],\"output\":\"x\"}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"op\":\"Flatten\",\"inputs\":[\"b\"],\"attributes\":{}}],\"output\":\"a\"}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"op\":\"Flatten\",\"inputs\":[],\"attributes\":{}}],\"output\":\"a\"}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"op\":\"Dense\",\"inputs\":[],\"attributes\":null}],\"output\":\"a\"}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"op\":\"Input\",\"inputs\":[],\"attributes\":{}}],\"output\":\"a\"}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"op\":\"Input\",\"inputs\":[],\"attributes\":{\"Type\":{\"Type\":\"Float32\",\"Shape\":[0]}}}],\"output\":\"a\"}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"op\":\"Input\",\"inputs\":[],\"attributes\":{\"Type\":{\"Type\":\"Float99\",\"Shape\":[3]}}}],\"output\":\"a\"}")]
    public void Read_WhatIsNoGraph_IsADataError(string json) =>
        Assert.StartsWith("The model's graph cannot be read", Assert.Throws<DataException>(() => GraphJson.Read(json)).Message);

    [Fact]
    public void Read_OpOfAnotherVersion_NamesLayerAndOp()
    {
        var json = GraphJson.Write(Graphs[0]).Replace("\"BatchNorm\"", "\"Attention\"", StringComparison.Ordinal);
        var error = Assert.Throws<DataException>(() => GraphJson.Read(json));
        Assert.Equal("The model has a layer 'batch_norm1' of kind 'Attention', which this version does not know.", error.Message);
    }

    private static (string, Op, string, TensorType, string) Describe(Node node) =>
        (node.Name, node.Op, string.Join(',', node.Inputs.Select(i => i.Name)),
        node.Output, string.Join(',', node.Parameters.Select(p => $"{p.Name}:{p.Type}:{p.Shape}:{p.Trainable}")));
}
