using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Data.Text;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Graphs;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Tests.Models;

/// <summary>The study's nets for texts, and small ones built like them.</summary>
public class TextNetsTests
{
    private static readonly Lazy<IDataset> Phrases = new(() =>
        new Subset(new PhrasesSource().Load(DataPart.Train, ""), [.. Enumerable.Range(0, 1_000)], "phrases/some"));

    public static TheoryData<string> Names => ["lstm", "gru"];

    // Table 20,000 x 128 = 2,560,000; LSTM 4 x 50 x (128 + 50 + 1) = 35,800; GRU 3 x 75 x (128 + 75 + 2) = 46,125; dense 102 and 152.
    [Theory]
    [InlineData("lstm", 2_595_902)]
    [InlineData("gru", 2_606_277)]
    public void Build_ForReviews_HasKerasNumberOfParameters(string name, long count)
    {
        var graph = Catalog.Get<IArchitecture>("architecture", name).Build(new Shape(200), 2);
        Assert.Equal(count, graph.Parameters.Sum(p => p.Spec.Shape.Count));
        Assert.Equal(new TensorType(DType.Float32, new Shape(2)), graph.Output.Output);
    }

    [Fact]
    public void Initialize_Lstm_OpensTheForgetGates()
    {
        var bias = Model.Initialize(new Lstm().Build(new Shape(7), 2), 1).Parameters["lstm1/bias"].Span<float>();
        for (var i = 0; i < bias.Length; i++)
            Assert.Equal(i / 50 == 1 ? 1 : 0, bias[i]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Build_ForImages_SaysWhatItTakes(string name) => Assert.Equal(
        $"{name} takes texts, a row of word numbers such as 200; the samples are 28x28x1: choose a net for images.",
        Assert.Throws<UsageException>(() => Catalog.Get<IArchitecture>("architecture", name).Build(new Shape(28, 28, 1), 10)).Message);

    [Fact]
    public void Layers_OnInputsTheyDoNotTake_SayWhatCame()
    {
        var b = new GraphBuilder();
        var (words, image) = (b.Input(new Shape(9), DType.Int32), b.Input(new Shape(4, 4, 3), name: "image"));
        Assert.Equal("Layer 'dense1' (Dense): takes a Float32 input of rank 1, got Int32[9].", Message(() => b.Dense(words, 3)));
        Assert.Equal("Layer 'lstm1' (Lstm): takes a Float32 input of rank 2, got Int32[9].", Message(() => b.Lstm(words, 3)));
        Assert.Equal("Layer 'gru1' (Gru): takes a Float32 input of rank 2, got Float32[4x4x3].", Message(() => b.Gru(image, 3)));
        Assert.Contains("takes word numbers, Int32 of rank 1, got Float32[4x4x3]", Message(() => b.Embedding(image, 9, 2)));
        Assert.Contains("a recurrent dropout from 0 to below 1, got 3 and 1", Message(() => b.Lstm(b.Embedding(words, 9, 2), 3, 1)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_OfAWholeNetWithItsDropouts_IsThatOfFiniteDifferences(string name) =>
        GradientCheck.Run(Small(name, GradientCheck.Words, new Shape(6), GradientCheck.Classes, 5));

    [Theory]
    [MemberData(nameof(Names))]
    public void Train_OnOtherThreads_GivesTheSameBits(string name)
    {
        var (one, three) = (Train(name, 1), Train(name, 3));
        Assert.All(one.Parameters, p => Assert.True(p.Value.Bytes.SequenceEqual(three.Parameters[p.Key].Bytes), p.Key));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Train_OnPhrases_Learns(string name)
    {
        var model = Train(name, 2);
        using var backend = new CpuBackend(2);
        using var small = new Predictor(backend, model, Preprocessing.Tokens, 7);
        using var large = new Predictor(backend, model, Preprocessing.Tokens, 100);
        var outputs = small.Run<float>(Phrases.Value);
        Assert.Equal(outputs, large.Run<float>(Phrases.Value));
        var correct = outputs.Chunk(2).Index().Count(row => (row.Item[1] > row.Item[0] ? 1 : 0) == Phrases.Value.Label(row.Index));
        // Most phrases are told by their words alone; half of them would be chance.
        Assert.True(correct > 800, $"{correct} of 1,000");
    }

    [Fact]
    public void Train_ANetForTextsOnImages_SaysSo()
    {
        using var backend = new CpuBackend(1);
        var graph = Small("lstm", 9, new Shape(784), 10, 3);
        Assert.Contains("samples of 28x28x1", Assert.Throws<UsageException>(() => new Trainer(backend, Model.Initialize(graph, 1),
            Glyphs.Training(8), Preprocessing.UnitRange, new TrainingOptions())).Message);
    }

    private static string Message(Action build) => Assert.Throws<UsageException>(build).Message;

    private static Model Train(string name, int threads)
    {
        using var backend = new CpuBackend(threads);
        var graph = Small(name, 400, Phrases.Value.SampleShape, 2, 12);
        using var trainer = new Trainer(backend, Model.Initialize(graph, 1), Phrases.Value, Preprocessing.Tokens,
            new TrainingOptions { Epochs = 4, BatchSize = 44, Seed = 3, Optimizer = new Adam { LearningRate = 0.01f } });
        return trainer.Run(cancellation: TestContext.Current.CancellationToken);
    }

    private static Graph Small(string name, int words, Shape input, int classes, int units) => TestModels.Build(input, (b, x) =>
    {
        x = b.SpatialDropout(b.Embedding(x, words, 8), 0.3f);
        x = b.Dropout(name == "lstm" ? b.Lstm(x, units, 0.3f) : b.Gru(x, units, 0.3f), 0.3f);
        return b.Activate(b.Dense(x, classes), Activation.Sigmoid);
    }, DType.Int32);
}
