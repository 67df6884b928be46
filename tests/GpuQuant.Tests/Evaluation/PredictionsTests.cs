using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Evaluation;

public sealed class PredictionsTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    // The net gives its three input values back: scores are chosen freely.
    [Fact]
    public void Of_Scores_TakesTheFirstMaximumAndFlagsTies()
    {
        var passing = new Model(TestModels.Build(new Shape(1, 1, 3), (b, x) => b.Flatten(x)), new ParameterSet([]));
        byte[] scores = [1, 2, 3, 7, 7, 1, 1, 7, 7, 5, 4, 4, 0, 0, 0];
        var predictions = Predictions.Of(_backend, passing, new Preprocessing(1),
            new ImageDataset("d", scores, new byte[5], new Shape(1, 1, 3), 3));
        Assert.Equal([2, 0, 1, 0, 0], predictions.Classes);
        Assert.Equal([false, true, true, false, true], predictions.Ties);
        Assert.Equal(scores.Select(s => (float)s), predictions.Probabilities);
    }

    /// <summary>Two equal logits are 128/256 each; one far above the others is 255/256, and the others are 0.</summary>
    [Fact]
    public void Of_IntegerModel_GivesProbabilitiesOfScale256()
    {
        var graph = TestModels.Build(new Shape(1, 1, 3), (b, x) =>
            b.Add(new IntSoftmaxOp(), [b.Flatten(b.Add(new QuantizeOp(1, 0, Rounding.HalfAway), [x]))]));
        var table = Tensor.From<float>([.. Enumerable.Range(0, 256).Select(d => (float)Math.Exp(-d))], new Shape(256));
        var model = new Model(graph, new ParameterSet([KeyValuePair.Create("softmax1/table", table)]));
        var predictions = Predictions.Of(
            _backend, model, new Preprocessing(1), new ImageDataset("d", [50, 0, 50, 3, 120, 0], new byte[2], new Shape(1, 1, 3), 3));
        Assert.Equal([0.5f, 0, 0.5f, 0, 255 / 256f, 0], predictions.Probabilities);
        Assert.Equal([0, 1], predictions.Classes);
        Assert.Equal([true, false], predictions.Ties);
    }

    [Fact]
    public void Of_SetThatIsNoMultipleOfTheBatch_AnswersEveryInput()
    {
        var model = TestModels.Random(new Lenet1().Build(new Shape(28, 28, 1), 10), 1, 0.2);
        var images = SmallImages.Random(23, 28, 28);
        using var predictor = new Predictor(_backend, model, Preprocessing.UnitRange, 10);
        var all = Predictions.Of(predictor, images);
        Assert.Equal((23, 23, 230), (all.Classes.Length, all.Ties.Length, all.Probabilities.Length));
        for (var i = 0; i < 23; i++)
            Assert.Equal(Predictions.Of(predictor, new Subset(images, [i], "one")).Classes[0], all.Classes[i]);
        Assert.True(all.Classes.Distinct().Count() > 1);
    }

    [Fact]
    public void Of_SetWithOtherClasses_NamesBoth()
    {
        var model = TestModels.Random(new Lenet1().Build(new Shape(28, 28, 1), 7), 1);
        var error = Assert.Throws<UsageException>(() => Predictions.Of(_backend, model, Preprocessing.UnitRange,
            SmallImages.Random(3, 28, 28)));
        Assert.Equal("The model knows 7 classes; random has 10.", error.Message);
    }

    [Theory]
    [InlineData(1, 1f, 3f, 3f)]
    [InlineData(0, 5f)]
    [InlineData(2, -3f, -2f, -1f, -1f)]
    [InlineData(0, 0f, -0f)]
    public void FirstMaximum_OfScores_IsTheFirstOfTheGreatest(int expected, params float[] scores) =>
        Assert.Equal(expected, Scores.FirstMaximum(scores));
}
