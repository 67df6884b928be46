using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Evaluation;

public class ComparisonTests
{
    private static readonly CellKey Key = new("d", "a", "s", 1, "q", "original");

    // 0.5 ln(0.5/0.25) + 0.5 ln(0.5/0.75) = 0.34657 - 0.20273.
    [Theory]
    [InlineData(new[] { 0.5f, 0.5f }, new[] { 0.25f, 0.75f }, 0.1438410)]
    [InlineData(new[] { 0.3f, 0.7f }, new[] { 0.3f, 0.7f }, 0)]
    // 0 ln 0 counts as 0, whatever stands in q.
    [InlineData(new[] { 0f, 1f }, new[] { 0.5f, 0.5f }, 0.6931472)]
    // A quantized 0 counts as 1e-6: ln 1e6.
    [InlineData(new[] { 1f, 0f }, new[] { 0f, 1f }, 13.8155106)]
    public void KlDivergence_OfTwo_IsThatWorkedOutByHand(float[] p, float[] q, double expected) =>
        Assert.Equal(expected, Comparison.KlDivergence(p, q), 1e-5);

    // m = (0.375, 0.625): half of 0.5 ln(4/3) + 0.5 ln 0.8 + 0.25 ln(2/3) + 0.75 ln 1.2 = 0.0676442 / 2.
    [Theory]
    [InlineData(new[] { 0.5f, 0.5f }, new[] { 0.25f, 0.75f }, 0.0338221)]
    [InlineData(new[] { 0.3f, 0.7f }, new[] { 0.3f, 0.7f }, 0)]
    [InlineData(new[] { 0.3f, 0.7f, 0f }, new[] { 0.3f, 0.7f, 0f }, 0)]
    [InlineData(new[] { 1f, 0f }, new[] { 0f, 1f }, 0.6931472)]
    // Two sigmoids add up to anything: half of 0.5 ln(4/3) + 0.25 ln(2/3).
    [InlineData(new[] { 0.5f, 0f }, new[] { 0.25f, 0f }, 0.0212374)]
    public void JsDivergence_OfTwo_IsThatWorkedOutByHandEitherWay(float[] p, float[] q, double expected)
    {
        Assert.Equal(expected, Comparison.JsDivergence(p, q), 1e-6);
        Assert.Equal(Comparison.JsDivergence(p, q), Comparison.JsDivergence(q, p));
    }

    [Theory]
    [InlineData(new[] { 0.9f, 0.02f, 0.02f, 0.02f, 0.02f, 0.02f }, new[] { 0.02f, 0.02f, 0.02f, 0.02f, 0.02f, 0.9f }, 4)]
    [InlineData(new[] { 0.3f, 0.2f, 0.2f, 0.1f, 0.1f, 0.05f, 0.05f }, new[] { 0.2f, 0.3f, 0.2f, 0.05f, 0.05f, 0.1f, 0.1f }, 3)]
    [InlineData(new[] { 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 1f }, new[] { 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 1f }, 5)]
    [InlineData(new[] { 0.1f, 0.9f }, new[] { 0.9f, 0.1f }, 2)]
    public void CommonLikeliest_OfTwo_IsThatCountedByHand(float[] p, float[] q, int expected) =>
        Assert.Equal(expected, Comparison.CommonLikeliest(p, q));

    [Fact]
    public void Rows_OfTwoModels_KeepLabelsClassesTiesAndTheFloatModelsUncertainty()
    {
        var data = new ImageDataset("d", new byte[2], [1, 0], new Shape(1, 1, 1), 2);
        var reference = new Predictions([1, 0], [false, false], [0.25f, 0.75f, 0.5f, 0.5f]);
        var deployed = new Predictions([0, 0], [true, false], [0.5f, 0.5f, 0.75f, 0.25f]);
        var rows = Comparison.Rows(Key, "original", data, reference, deployed);
        Assert.Equal([1, 0], rows.Labels);
        Assert.Equal([1, 0], rows.FloatClasses);
        Assert.Equal([0, 0], rows.QuantizedClasses);
        Assert.Equal([true, false], rows.Ties);
        Assert.Equal([0.75f, 0.5f], rows.Top1);
        Assert.Equal([0.25f, 0.5f], rows.Top2);
        Assert.Equal([0.5f, 0], rows.Margin);
        Assert.Equal([0.25f, 0.5f], rows.LeastConfidence);
        Assert.Equal([0.375f, 0.5f], rows.Gini);
        Assert.Equal(0.5623351, rows.Entropy[0], 1e-6);
        // 0.25 ln 0.5 + 0.75 ln 1.5, and 0.5 ln(2/3) + 0.5 ln 2.
        Assert.Equal(0.1308120, rows.KlDivergence[0], 1e-6);
        Assert.Equal(0.1438410, rows.KlDivergence[1], 1e-6);
        Assert.Equal(0.0338221, rows.JsDivergence[0], 1e-6);
        Assert.Equal([0.75f, 0.5f], rows.LabelProbability);
        Assert.Equal([0.5f, 0.75f], rows.QuantizedTop1);
        Assert.Equal([0.5f, 0.25f], rows.QuantizedTop2);
        Assert.Equal([0.5f, 0.75f], rows.QuantizedLabelProbability);
        Assert.Equal([2, 2], rows.Top5);
    }

    [Fact]
    public void Rows_OfTheFloatModelItself_HaveNoDivergence()
    {
        var data = new ImageDataset("d", new byte[1], [1], new Shape(1, 1, 1), 2);
        var reference = new Predictions([1], [false], [0.25f, 0.75f]);
        var rows = Comparison.Rows(Key, "original", data, reference, reference);
        Assert.Equal([0f], rows.KlDivergence);
        Assert.Equal([0f], rows.JsDivergence);
        Assert.Equal(rows.Top1, rows.QuantizedTop1);
        Assert.Equal(rows.FloatClasses, rows.QuantizedClasses);
    }
}
