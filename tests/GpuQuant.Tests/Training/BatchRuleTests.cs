using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Attacks;
using GpuQuant.Training.Rules;

namespace GpuQuant.Tests.Training;

/// <summary>What rules make of the input and the targets of a step.</summary>
public sealed class BatchRuleTests : IDisposable
{
    private const int Batch = 5, Length = 784, Classes = 10;
    private static readonly int[] Samples = [9, 3, 7, 1, 4], Labels = [2, 0, 3, 2, 9];
    private static readonly float[] Input = [.. Draw.Normals(1, Batch * Length, 0.2, 0.5).Select(p => Math.Clamp(p, 0, 1))];

    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    /// <summary>Ten classes, share 0.1: 0.9 + 0.01 for the true one, 0.01 for each other.</summary>
    [Fact]
    public void Smoothing_OfOneHotTargets_GivesTheWorkedNumbers()
    {
        var (input, targets) = Apply(new SmoothingRule());
        Assert.Equal(Input, input);
        for (var i = 0; i < targets.Length; i++)
            Assert.Equal(Labels[i / Classes] == i % Classes ? 0.91f : 0.01f, targets[i], 1e-7f);
    }

    [Fact]
    public void Mixup_EverySample_IsMixedWithItsPartnerByItsWeight()
    {
        var (input, targets) = Apply(new MixupRule());
        // The partners as a plain permutation, drawn at the place of the batch's first sample.
        var partners = Enumerable.Range(0, Batch).ToArray();
        new RandomStream(5, RandomPurpose.MixupPartner, 2, 9).Shuffle(partners);
        Assert.Contains(partners.Index(), pair => pair.Index != pair.Item);
        var labels = TestModels.OneHot(Labels, Classes);
        for (var n = 0; n < Batch; n++)
        {
            var share = new RandomStream(5, RandomPurpose.Mixup, 2, (uint)Samples[n]).NextBeta(0.2, 0.2);
            for (var i = 0; i < Length; i++)
                Assert.Equal(share * Input[n * Length + i] + (1 - share) * Input[partners[n] * Length + i], input[n * Length + i], 1e-6);
            for (var c = 0; c < Classes; c++)
                Assert.Equal(share * labels[n * Classes + c] + (1 - share) * labels[partners[n] * Classes + c], targets[n * Classes + c], 1e-6);
            Assert.Equal(1, targets.AsSpan(n * Classes, Classes).ToArray().Sum(), 1e-6f);
        }
    }

    [Theory]
    [InlineData(0.5, 3)]
    [InlineData(0.6, 3)]
    [InlineData(0.2, 1)]
    [InlineData(1, 5)]
    public void Adversarial_AShareOfTheBatch_IsReplacedAndTheRestIsNot(double share, int expected)
    {
        var (input, targets) = Apply(new AdversarialRule { Attack = new(0.3f, 0.1f, 2), Share = share });
        Assert.Equal(TestModels.OneHot(Labels, Classes), targets);
        for (var n = 0; n < Batch; n++)
        {
            var distance = Enumerable.Range(n * Length, Length).Max(i => Math.Abs(input[i] - Input[i]));
            if (n < expected)
                Assert.InRange(distance, 0.1f, 0.3f + 1e-6f);
            else
                Assert.Equal(0, distance);
        }
    }

    [Fact]
    public void Adversarial_OfADataSet_HasTheStudysNumbers()
    {
        var rule = (AdversarialRule)new AdversarialRule().For(new MnistSource().Schedule);
        Assert.Equal((new Attack(0.3f, 0.1f, 10), 0.5), (rule.Attack, rule.Share));
        rule = (AdversarialRule)new AdversarialRule().For(new IWildCamSource().Schedule);
        Assert.Equal((new Attack(4 / 255f, 1 / 255f, 4), 0.3), (rule.Attack, rule.Share));
        var own = new AdversarialRule { Attack = new(0.1f, 0.1f, 1), Share = 1 };
        Assert.Equal(own, own.For(new MnistSource().Schedule));
        Assert.Equal(1e-4f, own.Adapt(new(), new MnistSource().Schedule).Optimizer.LearningRate);
        Assert.Equal(1e-3f, own.Adapt(new(), new Cifar10Source().Schedule).Optimizer.LearningRate);
    }

    [Fact]
    public void Training_OfTexts_RefusesARuleForImages()
    {
        var texts = new GpuQuant.Data.Text.PhrasesSource().Load(DataPart.Train, "");
        Assert.Contains("changes pixels", Assert.Throws<UsageException>(() => new MixupRule().Check(texts)).Message);
        new SmoothingRule().Check(texts);
    }

    /// <summary>Input and targets of a step on the samples, at epoch 2 of seed 5, after the rule.</summary>
    private (float[] Input, float[] Targets) Apply(BatchRule rule)
    {
        var model = TestModels.Random(TrainingRun.Lenet, 2, 0.1);
        using var parameters = new DeviceParameters(_backend, model, withGradients: true);
        using var program = GraphProgram.ForTraining(model.Graph, parameters, _backend, Batch, new SoftmaxCrossEntropyLoss(), []);
        // A stage that may work on more samples than this step has.
        using var stage = rule.Start(new(_backend, model.Graph, parameters, Glyphs.Training(10), Preprocessing.UnitRange, Batch + 2))!;
        var prepare = stage.Bind(program);
        _backend.Upload(MemoryMarshal.AsBytes<float>(Input), program.Input);
        _backend.Upload(MemoryMarshal.AsBytes<float>(TestModels.OneHot(Labels, Classes)), program.Targets!);
        prepare(new BatchPosition(5, 2, Samples));
        return (TestModels.Fetch<float>(_backend, program.Input), TestModels.Fetch<float>(_backend, program.Targets!));
    }
}
