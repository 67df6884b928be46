using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Schemes;
using GpuQuant.Tests.Support;
using GpuQuant.Tests.Training;
using GpuQuant.Training;

namespace GpuQuant.Tests.Quantization;

/// <summary>What quantization-aware training decided is what is deployed.</summary>
public sealed class TrainedEncodingsTests : IDisposable
{
    private const int Samples = 600;
    private static readonly Dictionary<string, Lazy<Model>> Trained = new[] { "w8a8", "w4a4 lsq", "w4a4 lsq+", "w3a4 pact", "w4a4 dorefa" }
        .ToDictionary(options => options, options => new Lazy<Model>(() => Train(TrainedNets.Get("lenet1"), options)));

    private readonly CpuBackend _backend = new(2);

    public static TheoryData<string> Options => [.. Trained.Keys];

    private CalibrationData Calibration => new(_backend, Glyphs.Training(100), Preprocessing.UnitRange);

    public void Dispose() => _backend.Dispose();

    /// <summary>The floor of agreement is what the rounding of biases, requantization and probabilities may change.</summary>
    [Theory]
    [MemberData(nameof(Options))]
    public void DeployedIntegers_AgreeWithTheFakeQuantizedNet(string options)
    {
        var (model, test) = (Trained[options].Value, Glyphs.Test(1000));
        var deployed = new Tflite8Quantizer().Quantize(model, Calibration);
        var expected = Predictions.Of(_backend, model, Preprocessing.UnitRange, test);
        var native = Predictions.Of(_backend, deployed, Preprocessing.UnitRange, test);
        var simulated = Predictions.Of(_backend, deployed, Preprocessing.UnitRange, Glyphs.Test(50), Arithmetic.Simulated);
        var agreeing = expected.Classes.Zip(native.Classes, (a, b) => a == b).Count(same => same);
        var correct = expected.Classes.Where((c, i) => c == test.Label(i)).Count();
        TestContext.Current.TestOutputHelper?.WriteLine($"{options}: {correct} right, {agreeing} of {test.Count} agree");
        Assert.True(agreeing >= 0.99 * test.Count, $"{options}: {agreeing} of {test.Count} agree");
        Assert.True(correct >= 0.8 * test.Count, $"{options}: {correct} of {test.Count} right");
        Assert.Equal(simulated.Probabilities, native.Probabilities[..simulated.Probabilities.Length]);
    }

    /// <summary>
    /// lenet1 by range, from definitions: input scale and zero point from the stored range, weights' integers round(127 w / greatest) of each
    /// channel; the first layer's output integers are those of its fake-quantizer, but for what the rounding of the bias changes.
    /// </summary>
    [Fact]
    public void FirstLayersIntegers_AreThoseOfTheFakeQuantizedNet()
    {
        var model = Trained["w8a8"].Value;
        var deployed = new Tflite8Quantizer().Quantize(model, Calibration);
        var range = model.Parameters["fake_quantize1/range"].Span<float>();
        var quantize = deployed.Graph.Nodes.Select(node => node.Op).OfType<QuantizeOp>().Single();
        Assert.Equal((range[1] - range[0]) / 255, quantize.Scale, 1e-9f);
        Assert.Equal(-128 - (int)Math.Round(range[0] / quantize.Scale), quantize.ZeroPoint);
        var weights = model.Parameters["conv1/kernel"];
        var expected = weights.Span<float>().ToArray().Chunk((int)(weights.Shape.Count / weights.Shape[0])).SelectMany(channel =>
            channel.Select(w => (sbyte)Math.Round(w * 127 / channel.Max(Math.Abs), MidpointRounding.AwayFromZero))).ToArray();
        Assert.Equal(expected, deployed.Parameters["conv1/kernel"].Span<sbyte>().ToArray());
        CheckOutputs(model, deployed, "fake_quantize2", "pool1");
    }

    [Theory]
    [InlineData("w4a4 lsq")]
    [InlineData("w4a4 lsq+")]
    public void OutputsOfFewBits_AreThoseOfTheFakeQuantizedNet(string options)
    {
        var model = Trained[options].Value;
        var deployed = new Tflite8Quantizer().Quantize(model, Calibration);
        var integers = CheckOutputs(model, deployed, "fake_quantize2", "pool1");
        Assert.All(integers, q => Assert.InRange(q, -8, 7));
        Assert.True(integers.Distinct().Count() > 4);
        Assert.All(deployed.Parameters["conv2/kernel"].Span<sbyte>().ToArray(), q => Assert.InRange(q, -7, 7));
    }

    /// <summary>
    /// The batch normalization multiplies each output channel: steps are multiplied by its magnitude, and integers keep theirs, their signs
    /// turned where it is negative.
    /// </summary>
    [Theory]
    [InlineData("w8a8")]
    [InlineData("w4a8 lsq")]
    public void FoldedIntegers_AreThoseBeforeFolding(string options)
    {
        var graph = FakeQuantizers.Insert(TestModels.Build(new Shape(6, 6, 2), (b, x) =>
            b.Dense(b.Flatten(b.Relu(b.BatchNorm(b.Conv2D(b.Relu(b.Conv2D(x, 3, 1)), 5, 3)))), 4)), QatOptions.Parse(options));
        var random = TestModels.Random(graph, 6);
        var gamma = Tensor.From<float>([1.3f, -0.7f, 1e-3f, 0, -41], new Shape(5));
        var model = random with { Parameters = random.Parameters.With([KeyValuePair.Create("batch_norm1/gamma", gamma)]) };
        var (plain, given) = FakeQuantizers.Remove(model);
        var (fused, folded) = LoweringInput.Of(model);
        Assert.Contains(fused.Graph.Nodes, node => node.Name == "conv2");
        Assert.DoesNotContain(fused.Graph.Nodes, node => node.Op is BatchNormOp or ActivationOp or FakeQuantizeOp);
        var before = WeightQuantization.Symmetric(plain.Parameters["conv2/kernel"], true, given.Weights["conv2"], []).Kernel;
        var after = WeightQuantization.Symmetric(fused.Parameters["conv2/kernel"], true, folded.Weights["conv2"], []).Kernel;
        Assert.Equal(before.Span<sbyte>().ToArray().Select((q, i) => q * Math.Sign(gamma.Span<float>()[i / 27])),
            after.Span<sbyte>().ToArray().Select(q => (int)q));
        Assert.Contains(after.Span<sbyte>().ToArray(), q => Math.Abs((int)q) == folded.Weights["conv2"].Greatest);
        for (var c = 0; c < 5; c++)
        {
            var deviation = Math.Sqrt(model.Parameters["batch_norm1/variance"].Span<float>()[c] + 1e-3);
            var factor = gamma.Span<float>()[c] == 0 ? 1 : Math.Abs(gamma.Span<float>()[c]) / deviation;
            Assert.Equal(given.Weights["conv2"].Scales[c] * factor, folded.Weights["conv2"].Scales[c], 1e-6 * factor);
        }
    }

    /// <summary>A convolution before a sum has no fake-quantizer: trained as a float, it is deployed with 8 bits, the rest with 4.</summary>
    [Fact]
    public void OutputsThatTrainingLeftFloat_HaveEightBitsInANarrowScheme()
    {
        var graph = FakeQuantizers.Insert(TestModels.Build(new Shape(8, 8, 2), (b, x) =>
        {
            x = b.Relu(b.Conv2D(x, 4, 3));
            x = b.Relu(b.Add(b.Conv2D(x, 4, 3, name: "linear"), x));
            return b.Dense(b.Flatten(b.Relu(b.Conv2D(x, 4, 3))), 3);
        }), QatOptions.Parse("w4a4"));
        var random = TestModels.Random(graph, 3);
        var model = random with
        {
            Parameters = random.Parameters.With(graph.Parameters.Where(p => p.Spec.Name == "range")
                .Select(p => KeyValuePair.Create(p.Name, Tensor.From<float>([0, 2], new Shape(2))))),
        };
        var noise = new ImageDataset("noise", [.. Enumerable.Range(0, 20 * 128).Select(i => (byte)(i * 37))], new byte[20], new Shape(8, 8, 2), 3);
        var deployed = new W4a4Quantizer().Quantize(model, new CalibrationData(_backend, noise, Preprocessing.UnitRange));
        var bits = IntegerMeaning.Of(deployed.Graph).ToDictionary(entry => entry.Key.Name, entry => entry.Value.Bits);
        Assert.Equal((4, 8, 4, 4), (bits["conv1"], bits["linear"], bits["add1"], bits["conv2"]));
    }

    public static TheoryData<string> WeightOptions => ["w8a8", "w4a8 lsq", "w3a8 lsq+", "w5a8 dorefa"];

    /// <summary>Without quantized activations, the float model is the fake-quantized one, bit for bit.</summary>
    [Theory]
    [MemberData(nameof(WeightOptions))]
    public void Remove_GivesTheWeightsThatTheNetComputesWith(string options)
    {
        var graph = FakeQuantizers.Insert(new Lenet1().Build(new Shape(28, 28, 1), 10),
            QatOptions.Parse(options) with { Activations = null, FirstAndLast = 0 });
        var model = TestModels.Random(graph, 3);
        var (plain, encodings) = FakeQuantizers.Remove(model);
        var input = Draw.Normals(1, 2 * 784);
        Assert.Equal(TestModels.Infer<float>(_backend, model, input, 2), TestModels.Infer<float>(_backend, plain, input, 2));
        Assert.Equal(["conv1", "conv2", "dense1"], encodings.Weights.Keys.Order());
        Assert.Empty(encodings.Outputs);
        Assert.All(encodings.Weights, entry =>
        {
            var (kernel, grid) = (plain.Parameters[$"{entry.Key}/kernel"].Span<float>().ToArray(), entry.Value);
            var length = kernel.Length / grid.Scales.Count;
            Assert.All(kernel.Select((w, i) => w / grid.Scales[i / length]), q =>
            {
                Assert.Equal(Math.Round(q), q, 1e-4);
                Assert.InRange(q, -grid.Greatest - 1e-4, grid.Greatest + 1e-4);
            });
        });
    }

    [Fact]
    public void Remove_OfAFloatModel_GivesItBack()
    {
        var model = Model.Initialize(TrainingRun.Normalized, 1);
        var (plain, encodings) = FakeQuantizers.Remove(model);
        Assert.Same(model, plain);
        Assert.Same(Encodings.None, encodings);
    }

    /// <summary>What saw no batch is calibrated; the names are those of the layers whose integers they are.</summary>
    [Fact]
    public void Remove_NamesTheLayersWhoseIntegersAreMeant()
    {
        Assert.Empty(FakeQuantizers.Remove(FakeQuantizers.Insert(TrainedNets.Get("lenet1"))).Encodings.Outputs);
        var (plain, encodings) = FakeQuantizers.Remove(Trained["w8a8"].Value);
        Assert.Equal(TrainedNets.Get("lenet1").Graph.Nodes.Select(node => node.Name), plain.Graph.Nodes.Select(node => node.Name));
        Assert.Equal(["dense1", "input", "relu1", "relu2"], encodings.Outputs.Keys.Order());
        Assert.Equal(["conv1", "conv2", "dense1", "input"],
            LoweringInput.Of(Trained["w8a8"].Value).Given.Outputs.Keys.Order());
    }

    [Fact]
    public void EveryQuantizer_TakesATrainedNetOfEightBits()
    {
        var test = Glyphs.Test(300);
        var expected = Predictions.Of(_backend, Trained["w8a8"].Value, Preprocessing.UnitRange, test).Classes;
        foreach (var quantizer in Catalog.All<IQuantizer>())
        {
            var deployed = quantizer.Quantize(Trained["w8a8"].Value, Calibration);
            Assert.DoesNotContain(deployed.Graph.Nodes, node => node.Op is FakeQuantizeOp);
            var classes = Predictions.Of(_backend, deployed, Preprocessing.UnitRange, test).Classes;
            var agreeing = expected.Zip(classes, (a, b) => a == b).Count(same => same);
            Assert.True(agreeing >= 0.9 * test.Count, $"{quantizer.Name}: {agreeing} of {test.Count} agree");
        }
    }

    [Fact]
    public void WidthsThatASchemeDoesNotHave_AreErrors()
    {
        Assert.Equal("Layer 'conv1' was trained with outputs of 4 bits, which onnx-qdq does not have; choose a scheme of so few bits, or train "
            + "with 8.", Error(new OnnxQdqQuantizer(), Trained["w4a4 lsq"].Value));
        var wide = FakeQuantizers.Insert(TrainedNets.Get("lenet1"), QatOptions.Parse("w10a8"));
        Assert.Equal("Layer 'conv2' was trained with weights that take 10-bit integers, which tflite8 does not have; train with 8 bits or fewer "
            + "(DoReFa's weights take one bit more than they are called by).", Error(new Tflite8Quantizer(), wide));

        string Error(IQuantizer quantizer, Model model) =>
            Assert.Throws<UsageException>(() => quantizer.Quantize(model, Calibration)).Message;
    }

    /// <summary>Learned steps are parameters like any other: the same bytes on any number of threads and after an interruption.</summary>
    [Fact]
    public void Training_InterruptedAndOnOtherThreads_GivesTheSameBytes()
    {
        var graph = FakeQuantizers.Insert(TrainingRun.Normalized, QatOptions.Parse("w4a4 lsq+") with { SumInputs = true });
        byte[] expected;
        using (var folder = new TemporaryFolder())
        using (var backend = new CpuBackend(3))
        {
            var run = new TrainingRun(folder, graph);
            run.Finish(backend, TrainingRun.Options);
            expected = run.Bytes();
        }
        using var other = new TemporaryFolder();
        var resumed = new TrainingRun(other, graph);
        using (var watcher = new Watcher(stopAfter: 7))
            Assert.ThrowsAny<OperationCanceledException>(() => resumed.Finish(_backend, TrainingRun.Options, watcher));
        var trained = resumed.Finish(_backend, TrainingRun.Options);
        Assert.Equal(expected, resumed.Bytes());
        Assert.All(trained.Parameters.Where(p => p.Key.EndsWith("step", StringComparison.Ordinal)), p =>
            Assert.All(p.Value.Span<float>().ToArray(), step => Assert.True(step > 0)));
    }

    /// <summary>
    /// The integers behind a fake-quantizer against the deployed ones. A product of floats and its integer form round differently where the
    /// exact value is near a tie: at most one value in 200 differs, and by one step.
    /// </summary>
    private int[] CheckOutputs(Model model, Model deployed, string quantizer, string layer)
    {
        var op = (FakeQuantizeOp)model.Graph[quantizer].Op;
        var meaning = FakeQuantizers.Remove(model).Encodings.Outputs["relu1"];
        var input = Array.ConvertAll(Glyphs.Test(20).Samples(20), b => b * Preprocessing.UnitRange.Scale);
        var values = TestModels.Infer<float>(_backend, model, input, 20, layer: quantizer);
        var integers = Array.ConvertAll(TestModels.Infer<sbyte>(_backend, deployed, input, 20, layer: layer), q => (int)q);
        Assert.Equal(values.Length, integers.Length);
        var differences = values.Select((v, i) => Math.Abs((int)Math.Round(v / meaning.Scale) + meaning.ZeroPoint - integers[i])).ToArray();
        Assert.True(differences.Max() <= 1, $"differences of up to {differences.Max()}");
        Assert.True(differences.Count(d => d > 0) <= values.Length / 200, $"{differences.Count(d => d > 0)} of {values.Length} differ");
        Assert.Equal(8 == op.Bits, integers.Max() > 7);
        return integers;
    }

    private static Model Train(Model model, string options)
    {
        using var backend = new CpuBackend();
        using var trainer = new Trainer(backend, FakeQuantizers.Insert(model, QatOptions.Parse(options)), Glyphs.Training(Samples),
            Preprocessing.UnitRange, new TrainingOptions { Epochs = 2, BatchSize = 32, Seed = 1 });
        return trainer.Run(cancellation: TestContext.Current.CancellationToken);
    }
}
