using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Data.Text;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Schemes;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization;

/// <summary>What the schemes make of nets for texts.</summary>
public sealed class TextNetQuantizationTests : IDisposable
{
    private const int Words = 400, Width = 16, Units = 40;

    private static readonly Lazy<IDataset> Phrases = new(() =>
        new Subset(new PhrasesSource().Load(DataPart.Test, ""), [.. Enumerable.Range(0, 60)], "phrases/some"));

    private readonly CpuBackend _backend = new(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    /// <summary>Those without integer forms of layers for texts.</summary>
    public static TheoryData<string> IntegerSchemes => [.. Catalog.All<IQuantizer>().OfType<IAllowsFloat>().Select(scheme => scheme.Name)
        .Where(name => !name.StartsWith("tflite8", StringComparison.Ordinal))];

    [Theory]
    [InlineData("coreml16", "lstm", 2)]
    [InlineData("float16", "gru", 2)]
    [InlineData("bfloat16", "lstm", 2)]
    [InlineData("coreml8", "gru", 3.5)]
    [InlineData("tflite16", "lstm", 2.4)]
    [InlineData("tflite16", "gru", 3.1)]
    [InlineData("int4", "lstm", 5)]
    public void Quantize_ToFewerBits_LiesInASmallerFileThatGivesTheSameBits(string scheme, string net, double smaller)
    {
        var (quantizer, model) = (Catalog.Get<IQuantizer>("quantizer", scheme), Net(net));
        var quantized = quantizer.Quantize(model, Calibration);
        Assert.All(new[] { "embedding1/table", $"{net}1/recurrent" },
            name => Assert.False(model.Parameters[name].Bytes.SequenceEqual(quantized.Parameters[name].Bytes), name));
        var card = new ModelCard("phrases", net, "standard", 1, 1, scheme);
        var path = new SavedModel(card, quantized, Preprocessing.Tokens).Write(_folder.Path, quantizer.Encode);
        Assert.All(SavedModel.Read(path).Model.Parameters, p => Assert.True(p.Value.Bytes.SequenceEqual(quantized.Parameters[p.Key].Bytes), p.Key));
        Assert.InRange(4.0 * model.Parameters.Sum(p => p.Value.Shape.Count) / Payload(path), smaller * 0.9, 8);
        // A model of random weights, whose steps are small beside them: outputs stay near.
        var (exact, rounded) = (Outputs(model), Outputs(quantized));
        Assert.InRange(exact.Zip(rounded, (a, b) => Math.Abs(a - b)).Max(), 1e-9, scheme == "int4" ? 0.2 : 0.02);
    }

    // 40 x 40 = 1,600 weights of a gate's recurrent weights reach TFLite's 1,024; 40 x 16 = 640 of its kernel do not. A GRU's gates count
    // together: 3 x 640.
    [Fact]
    public void Tflite16_Lstm_HasAStepPerGateFrom1024WeightsOn()
    {
        var (lstm, gru) = (Net("lstm"), Net("gru"));
        var quantized = new Tflite16Quantizer().Quantize(lstm, Calibration).Parameters;
        Assert.True(lstm.Parameters["lstm1/kernel"].Bytes.SequenceEqual(quantized["lstm1/kernel"].Bytes));
        for (var gate = 0; gate < 4; gate++)
            AreNearestOf127Steps(lstm.Parameters["lstm1/recurrent"], quantized["lstm1/recurrent"], gate * 1600, 1600);
        var rounded = new Tflite16Quantizer().Quantize(gru, Calibration).Parameters["gru1/kernel"];
        AreNearestOf127Steps(gru.Parameters["gru1/kernel"], rounded, 0, 1920);
    }

    [Fact]
    public void Coreml8_Embedding_HasAStepPerColumn()
    {
        var (net, rounded) = (Net("gru").Parameters["embedding1/table"], new Coreml8Quantizer().Quantize(Net("gru"), Calibration));
        var (from, to) = (net.Span<float>().ToArray(), rounded.Parameters["embedding1/table"].Span<float>().ToArray());
        for (var column = 0; column < Width; column++)
        {
            var values = Enumerable.Range(0, Words).Select(word => from[word * Width + column]).ToArray();
            var step = (values.Max() - values.Min()) / 255;
            Assert.All(Enumerable.Range(0, Words), word =>
                Assert.InRange(Math.Abs(to[word * Width + column] - from[word * Width + column]), 0, step * 0.5001));
            Assert.InRange(Enumerable.Range(0, Words).Select(word => to[word * Width + column]).Distinct().Count(), 2, 256);
        }
    }

    [Theory]
    [MemberData(nameof(IntegerSchemes))]
    public void Quantize_ToIntegers_NamesTheLayerAndTheWayOut(string scheme) => Assert.Equal(
        "Layer 'embedding1' (Embedding) has no integer form; with --allow-float (AllowsFloat) it is computed in float.",
        Assert.Throws<UsageException>(() => Catalog.Get<IQuantizer>("quantizer", scheme).Quantize(Net("lstm"), Calibration)).Message);

    [Fact]
    public void Quantize_ToTernary_NamesTheLayerAndOtherSchemes() => Assert.Contains(
        "Layer 'embedding1' (Embedding) has no form in ternary; nets for texts have one in tflite8, tflite16",
        Assert.Throws<UsageException>(() => new TernaryQuantizer().Quantize(Net("gru"), Calibration)).Message);

    [Theory]
    [InlineData("w4a8", "lstm")]
    [InlineData("onnx-qdq", "gru")]
    [InlineData("int16x8", "gru")]
    public void Quantize_AllowingFloat_HasIntegerDenseLayersAndOneMeaning(string scheme, string net)
    {
        var model = Net(net);
        var quantized = ((IAllowsFloat)Catalog.Get<IQuantizer>("quantizer", scheme)).AllowingFloat().Quantize(model, Calibration);
        Assert.IsType<IntDenseOp>(quantized.Graph["dense1"].Op);
        var outputs = Outputs(quantized);
        Assert.Equal(outputs, Outputs(quantized, Arithmetic.Simulated));
        Assert.InRange(Outputs(model).Zip(outputs, (a, b) => Math.Abs(a - b)).Max(), 1e-9, 0.05);
    }

    private static void AreNearestOf127Steps(Tensor weights, Tensor rounded, int first, int count)
    {
        var (from, to) = (weights.Span<float>().Slice(first, count).ToArray(), rounded.Span<float>().Slice(first, count).ToArray());
        var step = from.Max(Math.Abs) / 127;
        Assert.All(from.Zip(to), pair => Assert.Equal(Math.Round(pair.First / step, MidpointRounding.AwayFromZero) * step, pair.Second, 1e-6));
        Assert.NotEqual(from, to);
    }

    private static long Payload(string path) =>
        SafetensorsFile.Read(path, content => content.Tensors.Sum(tensor => tensor.Value.Bytes.Length));

    private CalibrationData Calibration => new(_backend, Phrases.Value, Preprocessing.Tokens);

    private float[] Outputs(Model model, Arithmetic arithmetic = Arithmetic.Native)
    {
        using var predictor = new Predictor(_backend, model, Preprocessing.Tokens, 20, arithmetic);
        return predictor.Run<float>(Phrases.Value);
    }

    private static Model Net(string name)
    {
        var graph = TestModels.Build(new Shape(PhrasesSource.Length), (b, x) =>
        {
            x = b.SpatialDropout(b.Embedding(x, Words, Width), 0.3f);
            x = b.Dropout(name == "lstm" ? b.Lstm(x, Units, 0.3f) : b.Gru(x, Units, 0.3f), 0.3f);
            return b.Activate(b.Dense(x, 2), Activation.Sigmoid);
        }, DType.Int32);
        return TestModels.Random(graph, 1, 0.15);
    }
}
