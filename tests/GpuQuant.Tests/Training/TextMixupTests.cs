using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Data.Text;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Rules;

namespace GpuQuant.Tests.Training;

/// <summary>Mixup of texts, on embeddings and on word numbers, against the numbers worked out by hand.</summary>
public sealed class TextMixupTests : IDisposable
{
    private const ulong Seed = 5;
    private static readonly int[] Samples = [9, 3];
    private static readonly int[][] Texts = [[1, 2], [3, 0]];

    // Draws in which the two samples are each other's partners, and neither keeps all of itself or nothing.
    private static readonly int Epoch = Enumerable.Range(0, 1000).First(epoch =>
    {
        int[] partners = [0, 1];
        new RandomStream(Seed, RandomPurpose.MixupPartner, (uint)epoch, 9).Shuffle(partners);
        return partners[0] == 1 && Samples.All(sample => ShareOf(sample, epoch) is > 0.1 and < 0.9);
    });

    // Words 0 to 3 are the numbers 10, 1, 3 and 5; the logits are a text's two numbers themselves.
    private static readonly Graph Net = TestModels.Build(new Shape(2),
        (b, x) => b.Activate(b.Dense(b.Flatten(b.Embedding(x, 4, 1)), 2), Activation.Sigmoid), DType.Int32);

    private static readonly Model Model = new(Net, new ParameterSet(
    [
        new("embedding1/table", Tensor.From<float>([10, 1, 3, 5], new Shape(4, 1))),
        new("dense1/kernel", Tensor.From<float>([1, 0, 0, 1], new Shape(2, 2))),
        new("dense1/bias", Tensor.From<float>([0, 0], new Shape(2))),
    ]));

    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    /// <summary>
    /// The texts are (1, 3) and (5, 10). With shares s and t of themselves they become s (1, 3) + (1 - s) (5, 10) and t (5, 10) +
    /// (1 - t) (1, 3). The gradient d at the logits reaches word 1, the first of the first text, as s d[0, 0] + (1 - t) d[1, 0].
    /// </summary>
    [Fact]
    public void Mixup_OnEmbeddings_GivesTheWorkedNumbersAndGradients()
    {
        var (s, t) = (Share(0), Share(1));
        var (input, logits, targets, gradient) = Step(new MixupRule { On = MixupOn.Embeddings });
        Assert.Equal([1, 2, 3, 0], input);
        double[] expected = [s * 1 + (1 - s) * 5, s * 3 + (1 - s) * 10, t * 5 + (1 - t) * 1, t * 10 + (1 - t) * 3];
        double[] mixedTargets = [s, 1 - s, 1 - t, t];
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(expected[i], logits[i], 1e-5);
            Assert.Equal(mixedTargets[i], targets[i], 1e-6);
        }
        // The mean over 2 samples and 2 sigmoids of the binary cross-entropy: (sigmoid - target) / 4.
        var d = expected.Select((z, i) => (1 / (1 + Math.Exp(-z)) - mixedTargets[i]) / 4).ToArray();
        double[] table = [t * d[3] + (1 - s) * d[1], s * d[0] + (1 - t) * d[2], s * d[1] + (1 - t) * d[3], t * d[2] + (1 - s) * d[0]];
        for (var word = 0; word < 4; word++)
            Assert.Equal(table[word], gradient[word], 1e-6);
    }

    /// <summary>Word numbers 1, 2 and 3, 0 are mixed as numbers and cut off.</summary>
    [Fact]
    public void Mixup_OnIndices_GivesTheWorkedNumbers()
    {
        var (s, t) = (Share(0), Share(1));
        var (input, _, targets, _) = Step(new MixupRule { On = MixupOn.Indices });
        double[] numbers = [s * 1 + (1 - s) * 3, s * 2, t * 3 + (1 - t) * 1, (1 - t) * 2];
        Assert.Equal(numbers.Select(number => (int)Math.Floor(number + 1e-6)), input);
        Assert.Equal(s, targets[0], 1e-6);
    }

    [Fact]
    public void Prepare_ForEmbeddings_ChangesNothingInEvaluation()
    {
        var prepared = new MixupRule { On = MixupOn.Embeddings }.Prepare(Net);
        Assert.Single(prepared.Nodes, node => node.Op is MixSamplesOp);
        Assert.Equal(Net.Parameters.Select(p => p.Name), prepared.Parameters.Select(p => p.Name));
        Assert.Equal(TestModels.Infer<float>(_backend, Model, [1, 2, 3, 0], 2),
            TestModels.Infer<float>(_backend, new Model(prepared, Model.Parameters), [1, 2, 3, 0], 2));
        Assert.Same(Net, new MixupRule { On = MixupOn.Indices }.Prepare(Net));
        Assert.Throws<UsageException>(() => new MixupRule { On = MixupOn.Embeddings }.Prepare(TrainingRun.Lenet));
    }

    [Fact]
    public void Rules_OfADataSetOfTexts_TakeTheirFormForTexts()
    {
        var (schedule, texts, images) = (new PhrasesSource().Schedule, new SmallTexts(Texts), Glyphs.Training(2));
        foreach (var rule in new BatchRule[] { new MixupRule(), new AdversarialRule() })
        {
            var forTexts = rule.For(schedule);
            forTexts.Check(texts);
            Assert.Contains("to change words", Assert.Throws<UsageException>(() => forTexts.Check(images)).Message);
            rule.For(new MnistSource().Schedule).Check(images);
            var error = Assert.Throws<UsageException>(() => rule.For(new MnistSource().Schedule).Check(texts));
            Assert.Contains("changes pixels", error.Message);
            Assert.NotEqual(rule.Identity, forTexts.Identity);
        }
        Assert.Equal(MixupOn.Embeddings, ((MixupRule)new MixupRule().For(schedule)).On);
        Assert.Equal(MixupOn.Indices, ((MixupRule)new MixupRule { On = MixupOn.Indices }.For(schedule)).On);
        Assert.Equal((20, 0.5), (((AdversarialRule)new AdversarialRule().For(schedule)).Words!.Substitutions, 0.5));
    }

    [Fact]
    public void Training_DistilledAndMixedOnEmbeddings_IsRefused()
    {
        var phase = new TrainingPhase("training", Model, new TrainingOptions { BatchSize = 2, Epochs = 1 })
        {
            Batches = [new MixupRule { On = MixupOn.Embeddings }, new Distillation(Model, 0.5f, 2)],
        };
        Assert.Contains("mixed inside the net", Assert.Throws<UsageException>(() =>
            new Trainer(_backend, phase, new SmallTexts(Texts), Preprocessing.Tokens)).Message);
        Assert.Equal(0, _backend.AllocatedBytes);
    }

    private static double Share(int n) => ShareOf(Samples[n], Epoch);

    private static double ShareOf(int sample, int epoch) =>
        new RandomStream(Seed, RandomPurpose.Mixup, (uint)epoch, (uint)sample).NextBeta(0.2, 0.2);

    /// <summary>One step on both texts, of class 0 and 1: input, logits, targets and the table's gradient after it.</summary>
    private (int[] Input, float[] Logits, float[] Targets, float[] Gradient) Step(MixupRule rule)
    {
        using var parameters = new DeviceParameters(_backend, Model, withGradients: true);
        using var program = GraphProgram.ForTraining(rule.Prepare(Net), parameters, _backend, 2, Loss.For(Net), []);
        using var stage = rule.Start(new(_backend, Net, parameters, new SmallTexts(Texts), Preprocessing.Tokens, 3));
        var prepare = stage.Bind(program);
        _backend.Upload(MemoryMarshal.AsBytes<int>([.. Texts.SelectMany(text => text)]), program.Input);
        _backend.Upload(MemoryMarshal.AsBytes<float>([1, 0, 0, 1]), program.Targets!);
        prepare(new BatchPosition(Seed, Epoch, Samples));
        program.Run();
        return (TestModels.Fetch<int>(_backend, program.Input), TestModels.Fetch<float>(_backend, program.Output),
            TestModels.Fetch<float>(_backend, program.Targets!),
            TestModels.Fetch<float>(_backend, parameters.Gradient("embedding1/table")));
    }
}
