using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Parts;
using GpuQuant.Quantization.Schemes;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization;

/// <summary>Nets for texts in integers throughout.</summary>
public class IntegerTextNetsTests
{
    private const int RandomNets = 200, Batch = 7, CalibrationTexts = 3;

    [Fact]
    public void Layers_OfRandomNets_AreTheSameIntegersSimulatedAndNative()
    {
        var backends = CpuIsa.Present.Select(isa => new CpuBackend(2, isa)).ToArray();
        var varied = 0;
        for (var seed = 1UL; seed <= RandomNets; seed++)
        {
            var (model, input) = Quantize(seed, backends[0]);
            byte[][]? expected = null;
            foreach (var backend in backends)
                foreach (var arithmetic in Enum.GetValues<Arithmetic>())
                    AssertSame(model, ref expected, LayerOutputs.Of(backend, model, input, Batch, arithmetic), $"net {seed}, {arithmetic}, {backend.Isa}");
            varied += expected![^1].Distinct().Count() > 2 ? 1 : 0;
        }
        foreach (var backend in backends)
            backend.Dispose();
        Assert.InRange(varied, RandomNets * 3 / 4, RandomNets);
    }

    [Fact]
    public void Layers_OfRandomNetsOnIlgpu_AreTheSameIntegers()
    {
        using var cpu = new CpuBackend(1);
        using var ilgpu = Devices.Open("ilgpu-cpu", Catalog.All<IBackendProvider>());
        for (var seed = 1UL; seed <= 6; seed++)
        {
            var (model, input) = Quantize(seed, cpu);
            byte[][]? expected = LayerOutputs.Of(cpu, model, input, Batch, Arithmetic.Native);
            foreach (var arithmetic in Enum.GetValues<Arithmetic>())
                AssertSame(model, ref expected, LayerOutputs.Of(ilgpu, model, input, Batch, arithmetic), $"net {seed}, {arithmetic}");
        }
    }

    [Fact]
    public void Outputs_DoNotDependOnThreadsAndBatch()
    {
        using var one = new CpuBackend(1);
        using var three = new CpuBackend(3);
        var (model, input) = Quantize(3, one);
        var (whole, perText) = (TestModels.Infer<byte>(one, model, input, Batch), input.Length / Batch);
        Assert.Equal(whole, TestModels.Infer<byte>(three, model, input, Batch));
        Assert.Equal(whole, input.Chunk(perText).SelectMany(text => TestModels.Infer<byte>(three, model, text, 1)));
    }

    // Integer weights, steps and states are the very values of a net in double; what is left of the difference to it is the rounding of gates
    // to 2^-12 and the approximate functions: less than a step of the state, in nearly all cases none.
    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void Layer_InIntegers_IsTheDoubleOneWithStatesRounded(string kind)
    {
        const int Texts = 20, Words = 50, Width = 12, Units = 24;
        var model = Net(kind, Words, Width, Units, 30, 0.3);
        var texts = SmallTexts.Draw(9, Texts, 30, Words);
        using var backend = new CpuBackend(2);
        var quantized = new Tflite8Quantizer().Quantize(model, new(backend, new SmallTexts(texts), Preprocessing.Tokens));
        var (op, meaning) = ((IntRecurrentOp)quantized.Graph[$"{kind}1"].Op, IntegerMeaning.Of(quantized.Graph)[quantized.Graph[$"{kind}1"]]);
        var actual = TestModels.Infer<sbyte>(backend, quantized, [.. texts.SelectMany(text => text.Select(word => (float)word))], Texts,
            layer: $"{kind}1").Select(q => (double)meaning.ValueOf(q)).ToArray();
        var parameters = Values(quantized, kind, op);
        var table = quantized.Parameters["embedding1/table"].Span<sbyte>().ToArray();
        double[] steps = [.. texts.SelectMany(text => text.SelectMany(word => table.Skip(word * Width).Take(Width)))
            .Select(q => (q - op.InputZeroPoint) * (double)op.InputScale)];
        var rounded = new DoubleSequences((RecurrentOp)model.Graph[$"{kind}1"].Op, name => parameters[name], 0, false, meaning.Scale);
        var errors = rounded.Run(steps, Texts, Width).Zip(actual, (exact, value) => Math.Abs(exact - value) / meaning.Scale).ToArray();
        // Half a step from rounding, at most; now and then a state before was rounded the other way.
        Assert.InRange(errors.Max(), 0.3, 1.5);
        Assert.InRange(errors.Average(), 0.2, 0.3);
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void Layers_BesideTheFloatNet_HaveTheNoiseOf8Bits(string kind)
    {
        var (model, texts) = (Net(kind, 50, 16, 32, 40, 0.25), new SmallTexts(SmallTexts.Draw(5, 60, 40, 50)));
        using var backend = new CpuBackend(2);
        var quantized = new Tflite8Quantizer().Quantize(model, new(backend, texts, Preprocessing.Tokens));
        using var comparer = new LayerComparer(backend, model, quantized, Preprocessing.Tokens);
        var layers = comparer.Compare(texts);
        Assert.Equal(["embedding1", $"{kind}1", "dense1"], layers.Select(layer => layer.Layer));
        Assert.All(layers, layer => Assert.InRange(layer.Accumulated.SqnrDb, 28, 60));
    }

    /// <summary>A state that is large in the middle of a text and small at its end is measured where it is large; so are cells.</summary>
    [Theory]
    [InlineData(RangeKind.MinMax)]
    [InlineData(RangeKind.Mse)]
    public void Measure_RecurrentLayer_LooksAtAllSteps(RangeKind rule)
    {
        // Word 1 opens the gates: i, f, o near 1, g = tanh 1. Word 2 closes o and the forget gate: the last state is near 0.
        var graph = TestModels.Build(new Shape(3), (b, x) => b.Lstm(b.Embedding(x, 3, 2), 1), DType.Int32);
        var model = new Model(graph, new ParameterSet(new Dictionary<string, Tensor>
        {
            ["embedding1/table"] = Tensor.From<float>([0, 0, 1, 0, 0, 1], new Shape(3, 2)),
            ["lstm1/kernel"] = Tensor.From<float>([9, -9, 9, -9, 1, 0, 9, -9], new Shape(4, 2)),
            ["lstm1/recurrent"] = Tensor.From<float>([0, 0, 0, 0], new Shape(4, 1)),
            ["lstm1/bias"] = Tensor.From<float>([0, 0, 0, 0], new Shape(4)),
        }));
        using var backend = new CpuBackend(1);
        var ranges = ActivationRanges.Measure(model, new(backend, new SmallTexts([1, 1, 2], [1, 1, 2]), Preprocessing.Tokens)
        { Range = new RangeRule(rule) }, 2);
        // Cells: g, then 1.9998 g = 1.523, then 0; the state at its greatest is tanh 1.523 = 0.909.
        Assert.Equal(1.523, ranges["lstm1/cells"].Maximum, 1e-3);
        Assert.Equal(0.909, ranges["lstm1"].Maximum, rule == RangeKind.MinMax ? 1e-3 : 0.05);
    }

    private static (Model Model, float[] Input) Quantize(ulong seed, Backend backend)
    {
        var (model, texts, input) = RandomTextNets.Draw(seed, Batch);
        return (new Tflite8Quantizer().Quantize(model, new(backend, Subset.First(texts, CalibrationTexts), Preprocessing.Tokens)), input);
    }

    private static void AssertSame(Model model, ref byte[][]? expected, byte[][] actual, string where)
    {
        expected ??= actual;
        for (var i = 0; i < actual.Length; i++)
            Assert.True(expected[i].AsSpan().SequenceEqual(actual[i]), $"{model.Graph.Nodes[i].Name} differs: {where}.");
    }

    private static Model Net(string kind, int words, int width, int units, int length, double deviation) =>
        TestModels.Random(TestModels.Build(new Shape(length), (b, x) =>
        {
            x = b.Embedding(x, words, width);
            return b.Activate(b.Dense(kind == "lstm" ? b.Lstm(x, units) : b.Gru(x, units), 2), Activation.Sigmoid);
        }, DType.Int32), 4, deviation);

    /// <summary>What an integer layer's parameters stand for.</summary>
    private static Dictionary<string, double[]> Values(Model model, string kind, IntRecurrentOp op)
    {
        var scales = model.Parameters[$"{kind}1/weight_scales"].Span<float>().ToArray();
        var values = new Dictionary<string, double[]>();
        foreach (var (name, first, from) in new[] { ("kernel", 0, 1.0), ("recurrent", op.GateCount, 1.0) })
        {
            var integers = model.Parameters[$"{kind}1/{name}"].Span<sbyte>().ToArray();
            values[name] = [.. integers.Select((q, i) => from * q * scales[first + i / (integers.Length / op.GateCount)])];
        }
        foreach (var (name, first, from) in new[] { ("bias", 0, op.InputScale), ("recurrent_bias", op.GateCount, op.OutputScale) })
            if (model.Parameters.TryGetValue($"{kind}1/{name}", out var bias))
                values[name] = [.. bias.Span<int>().ToArray().Select((q, i) => (double)from * q * scales[first + i / op.Units])];
        return values;
    }
}
