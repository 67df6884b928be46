using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Graphs;

public class FakeQuantizeTests
{
    private static readonly Shape Image = new(6, 6, 2);

    /// <summary>The definition, step by step: the first batch sets the range, the next moves it, evaluation leaves it.</summary>
    [Fact]
    public void Steps_OfTraining_MoveTheRangeAndUseIt()
    {
        var graph = TestModels.Build(new Shape(3), (b, x) => b.Add(new FakeQuantizeOp(8, 0.75f), [x]));
        using var backend = new CpuBackend(1);
        using var parameters = new DeviceParameters(backend, Model.Initialize(graph, 0), withGradients: true);
        using var training = GraphProgram.ForTraining(graph, parameters, backend, 1, new SoftmaxCrossEntropyLoss(), []);
        using var evaluation = GraphProgram.ForInference(graph, parameters, backend, 1);
        Close([0, 1.274f, 2.55f], TestModels.RunOnce<float>(backend, training, [0.001f, 1.274f, 2.55f]), 0.0051f);
        Assert.Equal([0, 2.55f], TestModels.Fetch<float>(backend, parameters["fake_quantize1/range"]));
        // 0.75 * 2.55 + 0.25 * 5.1 = 3.1875: a step of 0.0125, and 5.1 is beyond it.
        Close([3.1875f, 0.0125f, 0.025f], TestModels.RunOnce<float>(backend, training, [5.1f, 0.013f, 0.02f]), 1e-5f);
        Close([0, 3.1875f], TestModels.Fetch<float>(backend, parameters["fake_quantize1/range"]), 1e-6f);
        Close([3.1875f, 0, 0.0125f], TestModels.RunOnce<float>(backend, evaluation, [700, -30, 0.013f]), 1e-5f);
        Close([0, 3.1875f], TestModels.Fetch<float>(backend, parameters["fake_quantize1/range"]), 1e-6f);
    }

    [Theory]
    [InlineData(Activation.None)]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Relu6)]
    public void QuantizerOfABatchNorm_FusedOrNot_GivesTheSameBits(Activation activation)
    {
        var fused = Net((b, x) => Quantize(b, b.Activate(b.BatchNorm(b.Conv2D(x, 3, 3)), activation)));
        // With a second consumer, which adds nothing to the loss, the quantizer has to measure for itself.
        var apart = Net((b, x) =>
        {
            var y = b.Activate(b.BatchNorm(b.Conv2D(x, 3, 3)), activation);
            return b.Add(Quantize(b, y), b.Add(new ScaleByZeroOp(), [y]));
        });
        var (expected, actual) = (Train(apart, 3), Train(fused, 3));
        Assert.Equal((0, 1), (actual.Measured, actual.Fused));
        Assert.Equal((1, 0), (expected.Measured, expected.Fused));
        Assert.All(actual.Parameters, p => Assert.Equal(Bits(expected.Parameters[p.Key]), Bits(p.Value)));
        Assert.Equal(Bits(expected.Logits), Bits(actual.Logits));
        Assert.All(actual.Gradients, g => Assert.Equal(Bits(expected.Gradients[g.Key]), Bits(g.Value)));
    }

    /// <summary>Both are monotone, so the maximum of the quantized values is the quantized maximum.</summary>
    [Fact]
    public void MaxPool_BeforeOrAfterTheQuantizer_GivesTheSameBits()
    {
        var before = Train(Net((b, x) => Quantize(b, b.MaxPool(b.Relu(b.Conv2D(x, 3, 3)), 2))), 1);
        var after = Train(Net((b, x) => b.MaxPool(Quantize(b, b.Relu(b.Conv2D(x, 3, 3))), 2)), 1);
        Assert.Equal(Bits(after.Logits), Bits(before.Logits));
        Assert.True(before.Logits.Distinct().Count() > 5);
    }

    [Fact]
    public void Weights_OfEightBits_AreRoundedToTheirScales()
    {
        var graph = TestModels.Build(new Shape(1, 1, 3), (b, x) =>
            b.Flatten(b.Add(new Conv2DOp(2, 1, 1, Padding.Same) { Weights = new() }, [x], "conv")));
        var dense = TestModels.Build(new Shape(3), (b, x) => b.Add(new DenseOp(2) { Weights = new(PerChannel: false) }, [x], "dense"));
        float[] kernel = [1.27f, 0.014f, -0.5f, 0.127f, 0.0014f, 0.0016f];
        using var backend = new CpuBackend(1);
        // Scales 0.01 and 0.001; for the dense layer 0.01 for all.
        Close([1.27f, 0.127f, 0.01f, 0.001f, -0.5f, 0.002f], Columns(graph, "conv", new Shape(2, 1, 1, 3)), 1e-6f);
        Close([1.27f, 0.13f, 0.01f, 0, -0.5f, 0], Columns(dense, "dense", new Shape(2, 3)), 1e-6f);

        float[] Columns(Graph net, string name, Shape shape)
        {
            var model = new Model(net, new ParameterSet(new Dictionary<string, Tensor>
            {
                [$"{name}/kernel"] = Tensor.From<float>(kernel, shape),
                [$"{name}/bias"] = new Tensor(DType.Float32, new Shape(2)),
            }));
            return TestModels.Infer<float>(backend, model, [1, 0, 0, 0, 1, 0, 0, 0, 1], 3);
        }
    }

    [Fact]
    public void WeightGradients_OfQuantizedWeights_AreThoseAtTheRoundedOnes()
    {
        // Weights that are whole numbers of steps of a power of two are what they are rounded to: the same gradients as in float.
        var (quantized, plain) = (Net(new(PerChannel: false)), Net(null));
        var values = new Dictionary<string, float[]>();
        foreach (var (name, spec) in plain.Parameters)
            values[name] = [.. Draw.Integers(7, (int)spec.Shape.Count, -100, 100)
                .Select((w, i) => (i % (spec.Shape.Count / spec.Shape[0]) == 0 ? 127 : w) / 256f)];
        var model = new ParameterSet(plain.Parameters.Select(p =>
            KeyValuePair.Create(p.Name, Tensor.From<float>(values[p.Name], p.Spec.Shape))));
        using var backend = new CpuBackend(2);
        var input = Draw.Normals(3, 2 * 72);
        var expected = TestModels.Differentiate(backend, new(plain, model), input, [0, 2]);
        var actual = TestModels.Differentiate(backend, new(quantized, model), input, [0, 2]);
        Assert.Equal(expected.Loss, actual.Loss);
        Assert.All(actual.Gradients, g => Assert.Equal(Bits(expected.Gradients[g.Key]), Bits(g.Value)));

        static Graph Net(WeightQuantizer? weights) => TestModels.Build(Image, (b, x) =>
        {
            var y = b.Add(new Conv2DOp(3, 3, 1, Padding.Same) { Weights = weights }, [b.Conv2D(x, 2, 1, name: "first")], "conv");
            return b.Add(new DenseOp(4) { Weights = weights }, [b.Flatten(y)], "dense");
        });
    }

    [Fact]
    public void Attributes_OutOfRange_AreErrors()
    {
        Assert.Contains("2 to 20 bits, got 1", Error(new FakeQuantizeOp(1)), StringComparison.Ordinal);
        Assert.Contains("got 1.5", Error(new FakeQuantizeOp(8, 1.5f)), StringComparison.Ordinal);
        Assert.Contains("weights of 2 to 16 bits, got 1", Error(new DenseOp(2) { Weights = new(1) }), StringComparison.Ordinal);

        static string Error(Op op) => Assert.Throws<UsageException>(() => TestModels.Build(new Shape(3), (b, x) => b.Add(op, [x]))).Message;
    }

    private static Node Quantize(GraphBuilder b, Node x) => b.Add(new FakeQuantizeOp(8, 0.9f), [x], "quantizer");

    private static Graph Net(Func<GraphBuilder, Node, Node> layers) =>
        TestModels.Build(Image, (b, x) => b.Dense(b.Flatten(layers(b, x)), 3));

    private static Trained Train(Graph graph, int steps)
    {
        const int batch = 7;
        using var backend = new CpuBackend(2);
        using var parameters = new DeviceParameters(backend, TestModels.Random(graph, 5), withGradients: true);
        using var program = GraphProgram.ForTraining(graph, parameters, backend, batch, new SoftmaxCrossEntropyLoss(), []);
        backend.Upload(MemoryMarshal.AsBytes<float>(TestModels.OneHot([0, 1, 2, 2, 1, 0, 1], 3)), program.Targets!);
        float[] logits = [];
        // The second batch goes beyond the first one's range, which moves only a part of the way.
        for (var step = 0; step < steps; step++)
            logits = TestModels.RunOnce<float>(backend, program, Draw.Normals((ulong)step, batch * 72, step == 1 ? 3 : 1));
        return new(logits, graph.Parameters.ToDictionary(p => p.Name, p => TestModels.Fetch<float>(backend, parameters[p.Name])),
            graph.Parameters.Where(p => p.Spec.Trainable)
                .ToDictionary(p => p.Name, p => TestModels.Fetch<float>(backend, parameters.Gradient(p.Name))),
            program.Calls.Count(entry => entry.Call is MinMaxCall),
            program.Calls.Count(entry => entry.Call is BatchNormForwardCall { Quantization: not null }));
    }

    private static int[] Bits(float[] values) => [.. values.Select(v => BitConverter.SingleToInt32Bits(v == 0 ? 0 : v))];

    private static void Close(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
    }

    private sealed record Trained(float[] Logits, Dictionary<string, float[]> Parameters, Dictionary<string, float[]> Gradients,
        int Measured, int Fused);

    /// <summary>Zeros of its input's shape, without a gradient: a consumer that changes nothing.</summary>
    private sealed record ScaleByZeroOp : Op
    {
        protected internal override string Stem => "zero";

        public override TensorType Infer(IReadOnlyList<TensorType> inputs) => inputs[0];

        public override void Forward(ForwardPass pass) =>
            pass.Emit(new BinaryCall(BinaryKind.Subtract, pass.Input(), pass.Input(), pass.Output));

        public override void Backward(BackwardPass pass)
        {
        }
    }
}
