using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization;

/// <summary>What quantizers do with input that makes no sense, or hardly any.</summary>
public sealed class QuantizerBadInputTests : IDisposable
{
    private readonly CpuBackend _backend = new(1);

    public void Dispose() => _backend.Dispose();

    public static TheoryData<string> Quantizers => [.. Catalog.All<IQuantizer>().Select(quantizer => quantizer.Name)];

    public static TheoryData<int, int> Widths => new() { { 8, 8 }, { 4, 4 }, { 8, 16 } };

    /// <summary>Those that measure say so; the others do not need samples.</summary>
    [Theory]
    [MemberData(nameof(Quantizers))]
    public void Quantize_WithoutSamples_SaysSoOrDoesNotNeedThem(string name)
    {
        var (graph, nothing) = (Net(), new Subset(Glyphs.Training(1), [], "nothing"));
        var quantizer = Catalog.Get<IQuantizer>("quantizer", name);
        var calibration = new CalibrationData(_backend, nothing, Preprocessing.UnitRange);
        var error = Record.Exception(() => quantizer.Quantize(TestModels.Random(graph, 1), calibration));
        var needsNone = name is "coreml8" or "coreml16" or "tflite16" or "float16" or "bfloat16";
        Assert.Equal(needsNone ? null : "nothing holds no samples to calibrate with.", error?.Message);
        Assert.True(needsNone || error is UsageException);
    }

    [Theory]
    [InlineData(0f, 0, 8, "Layer 'dense1' has output of step 0; a step is a number above 0.")]
    [InlineData(float.NaN, 0, 8, "Layer 'dense1' has output of step NaN; a step is a number above 0.")]
    [InlineData(float.PositiveInfinity, 0, 8, "Layer 'dense1' has output of step Infinity; a step is a number above 0.")]
    [InlineData(-1f, 0, 8, "Layer 'dense1' has output of step -1; a step is a number above 0.")]
    [InlineData(1f, 128, 8, "Layer 'dense1' has an output of 8 bits with the zero point 128;")]
    [InlineData(1f, 8, 4, "Layer 'dense1' has an output of 4 bits with the zero point 8;")]
    [InlineData(1f, 0, 12, "Layer 'dense1' has an output of 12 bits with the zero point 0;")]
    public void Lower_OutputsThatMakeNoSense_NamesTheLayer(float scale, int zeroPoint, int bits, string sentence) => Refuses(sentence,
        Encodings.None with { Outputs = new Dictionary<string, QuantizationParameters> { ["dense1"] = new(scale, zeroPoint, bits) } });

    [Theory]
    [InlineData(0f, 8, "Layer 'dense1' has weights of step 0; a step is a number above 0.")]
    [InlineData(float.NaN, 8, "Layer 'dense1' has weights of step NaN; a step is a number above 0.")]
    [InlineData(1f, 1, "Layer 'dense1' has weights of 1 bits; integer weights have 2 to 8.")]
    [InlineData(1f, 9, "Layer 'dense1' has weights of 9 bits; integer weights have 2 to 8.")]
    public void Lower_WeightsThatMakeNoSense_NamesTheLayer(float scale, int bits, string sentence) => Refuses(sentence,
        Encodings.None with { Weights = new Dictionary<string, WeightEncoding> { ["dense1"] = new(bits, [scale]) } });

    /// <summary>
    /// The first unit's relu is never open in calibration and there are no others, so its range is 0 alone: a step of 1. Later inputs
    /// open it: 3 * 1 - 1 = 2.
    /// </summary>
    [Theory]
    [MemberData(nameof(Widths))]
    public void Lower_ActivationNeverSeen_HasTheStepOne(int weightBits, int activationBits)
    {
        var graph = TestModels.Build(new Shape(1), (b, x) => b.Relu(b.Dense(x, 1)));
        var model = new Model(FuseActivations.Apply(graph), Parameters(1, -1));
        var ranges = model.Graph.Nodes.ToDictionary(node => node.Name, node => node.Op is InputOp ? (0f, 3f) : (0f, 0f));
        var lowered = new IntegerLowering(model, ranges, Rounding.HalfAway, null, new(weightBits, activationBits)).Lower();
        Assert.Equal(1, ((IntDenseOp)lowered.Graph["dense1"].Op).Output.OutputScale);
        foreach (var arithmetic in Enum.GetValues<Arithmetic>())
            Assert.Equal([0, 2], Integers(lowered, [0.5f, 3], arithmetic).Select(q => q - ((IntDenseOp)lowered.Graph["dense1"].Op).Output.OutputZeroPoint));
    }

    /// <summary>A channel whose weights are all 0 gives its bias.</summary>
    [Theory]
    [MemberData(nameof(Widths))]
    public void Lower_ConstantChannel_GivesItsBias(int weightBits, int activationBits)
    {
        var model = new Model(TestModels.Build(new Shape(1), (b, x) => b.Dense(x, 1)), Parameters(0, 2));
        var ranges = model.Graph.Nodes.ToDictionary(node => node.Name, node => node.Op is InputOp ? (0f, 1f) : (0f, 2f));
        var lowered = new IntegerLowering(model, ranges, Rounding.HalfAway, null, new(weightBits, activationBits)).Lower();
        var output = ((IntDenseOp)lowered.Graph["dense1"].Op).Output;
        foreach (var arithmetic in Enum.GetValues<Arithmetic>())
            Assert.All(Integers(lowered, [0, 1], arithmetic), q => Assert.Equal(2, (q - output.OutputZeroPoint) * output.OutputScale, 1e-4));
    }

    /// <summary>Inputs beyond what calibration saw are the nearest end; what is no number is 0.</summary>
    [Theory]
    [InlineData(8, new[] { 127, -128, -128 })]
    [InlineData(16, new[] { 32767, -32768, 0 })]
    public void Run_InputOutsideItsRange_Saturates(int bits, int[] expected)
    {
        var model = new Model(TestModels.Build(new Shape(1), (b, x) => b.Dense(x, 1)), Parameters(1, 0));
        var ranges = model.Graph.Nodes.ToDictionary(node => node.Name, _ => (0f, 1f));
        var lowered = new IntegerLowering(model, ranges, Rounding.HalfAway, null, new(8, bits)).Lower();
        Assert.Equal(expected, Integers(lowered, [1e30f, -1e30f, 0], Arithmetic.Native, lowered.Graph.Nodes[1].Name));
    }

    private void Refuses(string sentence, Encodings given)
    {
        var model = new Model(TestModels.Build(new Shape(1), (b, x) => b.Dense(x, 1)), Parameters(1, 0));
        var ranges = model.Graph.Nodes.ToDictionary(node => node.Name, _ => (0f, 1f));
        Assert.StartsWith(sentence, Assert.Throws<UsageException>(() =>
            new IntegerLowering(model, ranges, Rounding.HalfAway, given).Lower()).Message, StringComparison.Ordinal);
        Assert.StartsWith(sentence, Assert.Throws<UsageException>(() =>
            new QdqLowering(model, ranges, given).Lower()).Message, StringComparison.Ordinal);
    }

    private int[] Integers(Model model, float[] input, Arithmetic arithmetic, string? layer = null) =>
        model.Graph[layer ?? model.Graph.Output.Name].Output.Type == DType.Int16
            ? Array.ConvertAll(TestModels.Infer<short>(_backend, model, input, input.Length, arithmetic, layer), q => (int)q)
            : Array.ConvertAll(TestModels.Infer<sbyte>(_backend, model, input, input.Length, arithmetic, layer), q => (int)q);

    private static ParameterSet Parameters(float weight, float bias) => new(
    [
        KeyValuePair.Create("dense1/kernel", Tensor.From<float>([weight], new Shape(1, 1))),
        KeyValuePair.Create("dense1/bias", Tensor.From<float>([bias], new Shape(1))),
    ]);

    private static Graph Net() => TestModels.Build(new Shape(28, 28, 1), (b, x) =>
        b.Softmax(b.Dense(b.Dense(b.Relu(b.Dense(b.Flatten(b.MaxPool(x, 4)), 12)), 11), 10)));
}
