using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Data.Text;
using GpuQuant.Evaluation;
using GpuQuant.Experiments;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;
using GpuQuant.Training.Rules;
using GpuQuant.Training.Strategies;

namespace GpuQuant.Tests.Training;

/// <summary>Strategies on the embedded texts: reproducible, however often they are stopped, and they learn.</summary>
public class TextStrategyTests
{
    private const int Samples = 100, StepsPerEpoch = 7;
    private static readonly TrainingOptions Options = new() { Epochs = 2, BatchSize = 16, Seed = 5 };

    private static readonly Dictionary<string, ITrainingStrategy> Strategies = new()
    {
        ["mixup"] = Named("mixup"),
        ["mixup on indices"] = new ComposedStrategy(new StandardStrategy(), [new MixupRule { On = MixupOn.Indices }]),
        ["adversarial"] = Named("adversarial"),
        ["adversarial by two words"] = new ComposedStrategy(new StandardStrategy(),
            [new AdversarialRule { Words = new() { Substitutions = 2, Candidates = 2, LeastCosine = -1, Rounds = 2 } }]),
        ["mixup+qat"] = Named("mixup+qat"),
        ["adversarial+mixup+smoothing"] = Named("adversarial+mixup+smoothing"),
    };

    public static TheoryData<string> Names => [.. Strategies.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Train_AgainOnOtherThreadsOrStoppedAnywhere_GivesTheSameBytes(string name)
    {
        using var folder = new TemporaryFolder();
        var strategy = Strategies[name];
        var expected = Train(strategy, 2, folder.File("whole"));
        Assert.Equal(expected, Train(strategy, 3, folder.File("again")));
        for (var epoch = 0; epoch < Options.Epochs; epoch++)
        {
            using var watcher = new Watcher(stopAfter: 3);
            Assert.ThrowsAny<OperationCanceledException>(() => Train(strategy, 2, folder.File("broken"), watcher));
            // From the first epoch's end on, so that the second run stops in the second epoch.
            if (epoch == 0)
                using (var end = new Watcher(stopAfter: StepsPerEpoch + 2))
                    Assert.ThrowsAny<OperationCanceledException>(() => Train(strategy, 2, folder.File("broken"), end));
        }
        Assert.Equal(expected, Train(strategy, 2, folder.File("broken")));
    }

    // Twenty words are all that many of these short texts have: what an attack of the usual size leaves of them says little. Mixed indices,
    // cut off, leave hardly a word what it was: there is little to learn from them either.
    [Theory]
    [InlineData("mixup")]
    [InlineData("adversarial by two words")]
    public void Train_Phrases_Learns(string name)
    {
        using var folder = new TemporaryFolder();
        using var backend = new CpuBackend(2);
        using var watcher = new Watcher();
        var options = Options with { Epochs = 5, Optimizer = new Adam { LearningRate = 2e-2f } };
        var saved = (Open(Strategies[name]) with { Options = options })
            .Run(backend, SmallTexts.PhrasesTraining(800), null, folder.Path, watcher, watcher.Token);
        var held = new Subset(SmallTexts.PhrasesTraining(1300), [.. Enumerable.Range(800, 500)], "held");
        var classes = Predictions.Of(backend, saved.Model, saved.Preprocessing, held).Classes;
        var correct = Enumerable.Range(0, held.Count).Count(i => classes[i] == held.Label(i));
        Assert.True(correct > 0.6 * held.Count, $"{correct} of {held.Count}; half is chance");
    }

    private static ComposedStrategy Named(string name) => StrategyCatalog.Get(name).For(new PhrasesSource().Schedule);

    private static byte[] Train(ITrainingStrategy strategy, int threads, string path, Watcher? watcher = null)
    {
        using var backend = new CpuBackend(threads);
        Open(strategy).Run(backend, SmallTexts.PhrasesTraining(Samples), null, path, watcher,
            watcher?.Token ?? TestContext.Current.CancellationToken);
        return [.. Directory.GetFiles(path).Order(StringComparer.Ordinal).SelectMany(File.ReadAllBytes)];
    }

    private static ModelTraining Open(ITrainingStrategy strategy) => new(new PhrasesSource(), new SmallTexts.Net(), strategy, Options);
}
