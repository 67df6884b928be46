using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Schemes;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization;

/// <summary>The numbers of integer layers for texts, worked out by hand.</summary>
public class RecurrentLoweringTests
{
    // Table from -1.28 to 1.27: step 0.01, zero point 0. Kernel: per gate the greatest weight is 127 steps: 0.01 times 1, 2, 3, 4.
    // Recurrent: 0.005 in each gate. States from -1 to 1: step 2/255, zero point -1 (-0.5 away from zero). Bias 0.5 is 0.5 / (0.01 * 0.01) =
    // 5000 steps in the first gate. Cells to 3: 2 integer bits. The first gate's factor is 0.01 * 0.01 * 4096 = 0.4096: 0.8192 * 2^31, shift -1.
    // The state's factor is 2^-30 * 255/2 = 2^-24 * 1.9921875 = 2^-23 * 0.99609375.
    [Fact]
    public void Lstm_GoldenCase()
    {
        var graph = TestModels.Build(new Shape(2), (b, x) => b.Lstm(b.Embedding(x, 2, 1), 1), DType.Int32);
        var model = new Model(graph, new ParameterSet(new Dictionary<string, Tensor>
        {
            ["embedding1/table"] = Tensor.From<float>([-1.28f, 1.27f], new Shape(2, 1)),
            ["lstm1/kernel"] = Tensor.From<float>([1.27f, -2.54f, 3.81f, 5.08f], new Shape(4, 1)),
            ["lstm1/recurrent"] = Tensor.From<float>([0.635f, 0.635f, -0.635f, 0.635f], new Shape(4, 1)),
            ["lstm1/bias"] = Tensor.From<float>([0.5f, 0.5f, -0.3f, 0], new Shape(4)),
        }));
        var lowered = Lower(model, new() { ["embedding1"] = (0, 0), ["lstm1"] = (-1, 1), ["lstm1/cells"] = (-3, 2.5f) });
        Assert.Equal([-128, 127], lowered.Parameters["embedding1/table"].Span<sbyte>().ToArray().Select(q => (int)q));
        Assert.Equal([127, -127, 127, 127], lowered.Parameters["lstm1/kernel"].Span<sbyte>().ToArray().Select(q => (int)q));
        Assert.Equal([127, 127, -127, 127], lowered.Parameters["lstm1/recurrent"].Span<sbyte>().ToArray().Select(q => (int)q));
        Assert.Equal([5000, 2500, -1000, 0], lowered.Parameters["lstm1/bias"].Span<int>().ToArray());
        Assert.All(lowered.Parameters["lstm1/weight_scales"].Span<float>().ToArray().Zip([0.01f, 0.02f, 0.03f, 0.04f, 0.005f, 0.005f, 0.005f, 0.005f]),
            pair => Assert.Equal(pair.Second, pair.First, 1e-8));
        Assert.Equal([-1, 0, 1, 1, -2, -2, -2, -2], lowered.Parameters["lstm1/shifts"].Span<int>().ToArray());
        Assert.Equal(0.8192, lowered.Parameters["lstm1/multipliers"].Span<int>()[0] / 2147483648.0, 1e-6);
        var op = (IntLstmOp)lowered.Graph["lstm1"].Op;
        Assert.Equal((0.01f, 0, -23, -1, 2), (MathF.Round(op.InputScale, 6), op.InputZeroPoint, op.State.Shift, op.State.ZeroPoint, op.State.CellBits));
        Assert.Equal(0.99609375, op.State.Multiplier / 2147483648.0, 1e-7);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(1.001f, 1)]
    [InlineData(2, 1)]
    [InlineData(-9, 4)]
    [InlineData(64, 6)]
    [InlineData(1000, 6)]
    public void Lstm_Cells_HaveTheIntegerBitsOfTheirRange(float greatest, int bits)
    {
        var model = TestModels.Random(TestModels.Build(new Shape(2), (b, x) => b.Lstm(b.Embedding(x, 2, 1), 1), DType.Int32), 1);
        var lowered = Lower(model, new()
        {
            ["embedding1"] = (0, 1),
            ["lstm1"] = (-1, 1),
            ["lstm1/cells"] = (Math.Min(greatest, 0), Math.Max(greatest, 0)),
        });
        Assert.Equal(bits, ((IntLstmOp)lowered.Graph["lstm1"].Op).State.CellBits);
    }

    // Logits from -12.8 to 12.7: step 0.1, zero point 0. 256 / (1 + e^-0.1 q): 10 gives 187.1, -10 gives 68.9, 127 gives 255.9992: 255.
    [Fact]
    public void Sigmoid_GoldenCase()
    {
        var graph = TestModels.Build(new Shape(2), (b, x) => b.Activate(b.Dense(b.Flatten(b.Embedding(x, 2, 1)), 1), Activation.Sigmoid), DType.Int32);
        var lowered = Lower(TestModels.Random(graph, 1), new()
        {
            ["embedding1"] = (0, 1),
            ["flatten1"] = (0, 1),
            ["dense1"] = (-12.8f, 12.7f),
            [graph.Output.Name] = (0, 1),
        });
        var table = lowered.Parameters[$"{graph.Output.Name}/table"].Span<byte>().ToArray();
        Assert.Equal([0, 69, 128, 187, 255], new[] { -128, -10, 0, 10, 127 }.Select(q => (int)table[q + 128]));
        Assert.Equal(new IntegerMeaning(1 / 256f, 0, 0, 255), IntegerMeaning.Of(lowered.Graph)[lowered.Graph.Output]);
    }

    [Fact]
    public void Gru_StateOfNothing_IsAllZeroPoints()
    {
        var graph = TestModels.Build(new Shape(4), (b, x) => b.Gru(b.Embedding(x, 3, 2), 5), DType.Int32);
        var model = new Model(graph, new ParameterSet(graph.Parameters.Select(p => KeyValuePair.Create(p.Name, new Tensor(DType.Float32, p.Spec.Shape)))));
        using var backend = new CpuBackend(1);
        var lowered = new Tflite8Quantizer().Quantize(model, new(backend, new SmallTexts([1, 2, 0, 1], [2, 2, 2, 2]), Preprocessing.Tokens));
        Assert.Equal(new sbyte[5], TestModels.Infer<sbyte>(backend, lowered, [1, 2, 0, 1], 1));
    }

    [Fact]
    public void Table_WithUndefinedValues_IsRefused()
    {
        var model = TestModels.Random(TestModels.Build(new Shape(2), (b, x) => b.Embedding(x, 2, 1), DType.Int32), 1);
        model.Parameters["embedding1/table"].Span<float>()[1] = float.NaN;
        Assert.Contains("The table of layer 'embedding1' holds infinite or undefined values", Assert.Throws<ComputationException>(
            () => Lower(model, new() { ["embedding1"] = (0, 1) })).Message);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(float.NaN)]
    public void State_OfAStepThatIsNone_IsRefused(float step)
    {
        var model = TestModels.Random(TestModels.Build(new Shape(2), (b, x) => b.Gru(b.Embedding(x, 2, 1), 1), DType.Int32), 1);
        var given = new Encodings(new Dictionary<string, QuantizationParameters> { ["gru1"] = new(step, 0) }, new Dictionary<string, WeightEncoding>());
        Assert.Contains("Layer 'gru1' has output of step", Assert.Throws<UsageException>(
            () => Lower(model, new() { ["embedding1"] = (0, 1), ["gru1"] = (-1, 1) }, given)).Message);
    }

    [Fact]
    public void Recurrent_WeightsWhoseSumsLeave32Bits_AreRefused()
    {
        var model = TestModels.Random(TestModels.Build(new Shape(2), (b, x) => b.Gru(b.Embedding(x, 2, 1), 1), DType.Int32), 1);
        model.Parameters["gru1/kernel"].Span<float>().Fill(1e9f);
        Assert.Contains("Layer 'gru1' has weights so large", Assert.Throws<UsageException>(
            () => Lower(model, new() { ["embedding1"] = (0, 1), ["gru1"] = (-1, 1) })).Message);
    }

    private static Model Lower(Model model, Dictionary<string, (float, float)> ranges, Encodings? given = null) =>
        new IntegerLowering(model, ranges, Rounding.HalfAway, given).Lower();
}
