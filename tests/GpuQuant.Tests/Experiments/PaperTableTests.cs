using GpuQuant.Experiments;

namespace GpuQuant.Tests.Experiments;

public sealed class PaperTableTests
{
    private static readonly PaperTable Paper = PaperTable.HuEtAl2022;

    [Theory]
    [InlineData("mnist", "lenet1", "standard", "tflite8", "fog", PaperTable.Disagreement, 5.42)]
    [InlineData("mnist", "lenet1", "standard", "float32", "original", PaperTable.Accuracy, 98.62)]
    [InlineData("iwildcam", "densenet121", "standard", "tflite8", "original", PaperTable.Disagreement, 34.7069)]
    [InlineData("imdb", "gru", "mixup", "coreml16", "yelp", PaperTable.Disagreement, 0.0)]
    public void Find_Known_IsThePapers(
        string dataset, string architecture, string strategy, string quantizer, string testSet, string metric, double value) =>
        Assert.Equal(value, Paper.Find(new PaperKey(dataset, architecture, strategy, quantizer, testSet, metric)));

    [Fact]
    public void Find_Unknown_IsNull() =>
        Assert.Null(Paper.Find(new PaperKey("imdb", "gru", "standard", "tflite8", "yelp", PaperTable.Disagreement)));

    [Fact]
    public void Has_Models_KnowsWhichArePapers() => Assert.Equal(
        (true, true, false, false),
        (Paper.Has("cifar10", "nin", "qat"), Paper.Has("imdb", "gru", "mixup"),
            Paper.Has("imdb", "gru", "qat"), Paper.Has("glyphs", "lenet5", "standard")));

    [Fact]
    public void Count_Embedded_IsTheWholeTable() => Assert.Equal(2934, Paper.Count);
}
