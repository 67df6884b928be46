using GpuQuant.Evaluation;
using GpuQuant.Experiments;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Experiments;

/// <summary>Each metric on one small cell, worked out by hand.</summary>
public class MetricsTests
{
    /// <summary>
    /// Six inputs of three classes:
    /// <code>
    /// label float quantized  float p of it  margin  quantized p of it
    ///   0     0       0          0.9          0.8         0.95
    ///   0     0       1          0.5          0.1         0.5, a tie    right to wrong
    ///   1     2       1          0.6          0.3         0.55          wrong to right
    ///   1     0       2          0.4          0.05        0.45          wrong to another wrong
    ///   2     2       2          0.8          0.7         0.75
    ///   2     1       1          0.7          0.5         0.65          wrong both times
    /// </code>
    /// </summary>
    private static EvaluationRows Six => new(
        new CellKey("d", "a", "s", 1, "q", "original"), "original", [0, 0, 1, 1, 2, 2], [0, 0, 2, 0, 2, 1], [0, 1, 1, 2, 2, 1],
        [false, true, false, false, true, false], Top1: [0.9f, 0.5f, 0.6f, 0.4f, 0.8f, 0.7f], Top2: [0.1f, 0.4f, 0.3f, 0.35f, 0.1f, 0.2f],
        Entropy: new float[6], Gini: [0.18f, 0.58f, 0.54f, 0.65f, 0.34f, 0.46f], Margin: [0.8f, 0.1f, 0.3f, 0.05f, 0.7f, 0.5f],
        LeastConfidence: [0.1f, 0.5f, 0.4f, 0.6f, 0.2f, 0.3f], KlDivergence: [0.01f, 0.2f, 0.3f, 0.1f, 0.02f, 0.03f],
        JsDivergence: [0.01f, 0.1f, 0.1f, 0.05f, 0.02f, 0.02f], LabelProbability: [0.9f, 0.5f, 0.3f, 0.35f, 0.8f, 0f],
        QuantizedTop1: [0.95f, 0.5f, 0.55f, 0.45f, 0.75f, 0.65f], QuantizedTop2: [0.05f, 0.5f, 0.4f, 0.4f, 0.2f, 0.25f],
        QuantizedLabelProbability: [0.95f, 0.5f, 0.55f, 0.4f, 0.75f, 0.1f], Top5: [3, 3, 3, 3, 3, 3]);

    [Theory]
    [InlineData("accuracy_pct", 50.0)] // 1, 3, 5
    [InlineData("float_accuracy_pct", 50.0)] // 1, 2, 5
    [InlineData("disagreement_pct", 50.0)] // 2, 3, 4
    [InlineData("tie_pct", 100.0 / 6)] // 2; on 5 the models agree
    [InlineData("positive_flip_pct", 100.0 / 6)]
    [InlineData("negative_flip_pct", 100.0 / 6)]
    [InlineData("harmless_change_pct", 100.0 / 6)]
    [InlineData("kl_nats", 0.11)] // 0.66 / 6
    [InlineData("js_nats", 0.05)] // 0.30 / 6
    [InlineData("top5_agreement_pct", 100.0)] // three classes, all common
    // Bins of 1/15 = 0.0667: 0.9 in (0.867, 0.933], 0.5 in (0.467, 0.533], 0.6 in (0.533, 0.6] or the next, 0.4 in (0.333, 0.4] or the
    // next, 0.8 and 0.7 alone: |0.9 - 1| + |0.5 - 1| + 0.6 + 0.4 + |0.8 - 1| + 0.7 = 2.5, by 6.
    [InlineData("float_ece_pct", 250.0 / 6)]
    // 0.5 in (0.467, 0.533], 0.55 in the next and 0.45 in the one before: 0.05 + 0.5 + 0.45 + 0.45 + 0.25 + 0.65 = 2.35.
    [InlineData("ece_pct", 235.0 / 6)]
    // 1 - 2 p + sum p^2, sum p^2 = 1 - Gini: 2 - 0.18 - 1.8 = 0.02, 0.42, 0.86, 0.65, 0.06, 1.54, in all 3.55.
    [InlineData("float_brier", 3.55 / 6)]
    // -ln of 0.9, 0.5, 0.3, 0.35, 0.8 and 1e-6: 0.1053605 + 0.6931472 + 1.2039728 + 1.0498221 + 0.2231436 + 13.8155106 = 17.0909568.
    [InlineData("float_nll_nats", 17.0909568 / 6)]
    // 0.0512933 + 0.6931472 + 0.5978370 + 0.9162907 + 0.2876821 + 2.3025851 = 4.8488354.
    [InlineData("nll_nats", 4.8488354 / 6)]
    // By confidence 1 (right), 5 (right), 6 (wrong), 3 (wrong), 2 (right), 4 (wrong): 0, 0, 1/3, 2/4, 2/5, 3/6, by 6.
    [InlineData("float_aurc_pct", 100 * (1 / 3.0 + 0.5 + 0.4 + 0.5) / 6)]
    // 1, 5, 6 (wrong), 3 (right), 2 (wrong), 4 (wrong): 0, 0, 1/3, 1/4, 2/5, 3/6.
    [InlineData("aurc_pct", 100 * (1 / 3.0 + 0.25 + 0.4 + 0.5) / 6)]
    [InlineData("float_worst_class_accuracy_pct", 0.0)] // class 1
    [InlineData("worst_class_accuracy_pct", 50.0)] // all three classes
    [InlineData("found_at_1_pct", 100.0 / 3)] // 1 input, the fourth
    [InlineData("found_at_5_pct", 100.0 / 3)]
    [InlineData("found_at_10_pct", 100.0 / 3)]
    // By margin 4, 2, 3, 6, 5, 1: faults on places 1, 2, 3: 1 - 6 / 18 + 1 / 12.
    [InlineData("margin_apfd", 0.75)]
    public void Of_Six_IsThatByHand(string name, double expected) =>
        Assert.Equal(expected, Catalog.Get<IMetric>("metric", name).Of(Six)!.Value, 1e-5);

    [Fact]
    public void Catalog_EveryMetric_IsTestedByHand()
    {
        var tested = typeof(MetricsTests).GetMethod(nameof(Of_Six_IsThatByHand))!.GetCustomAttributes(typeof(InlineDataAttribute), false)
            .Select(data => (string)((InlineDataAttribute)data).Data[0]!);
        Assert.Equal(Catalog.All<IMetric>().Select(metric => metric.Name), tested.Order(StringComparer.Ordinal));
    }

    public static TheoryData<string> Names => [.. Catalog.All<IMetric>().Select(metric => metric.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Conformance_AnyMetric_KeepsTheContract(string name)
    {
        var metric = Catalog.Get<IMetric>("metric", name);
        Assert.Matches("^[a-z0-9]+(_[a-z0-9]+)*$", name);
        Assert.False(string.IsNullOrWhiteSpace(metric.Description) || metric.Description.EndsWith('.'));
        var (cell, value) = (Six, metric.Of(Six)!.Value);
        Assert.Equal(value, metric.Of(InOrder(cell, [3, 0, 5, 2, 4, 1]))!.Value, 1e-12);
        Assert.Equal(value, metric.Of(InOrder(cell, [5, 4, 3, 2, 1, 0]))!.Value, 1e-12);
        Assert.True(double.IsFinite(value) && value >= 0 && (!name.EndsWith("_pct", StringComparison.Ordinal) || value <= 100));
        // On a single input every metric is a number, or nothing disagrees to be found.
        var isOfFaults = name == "margin_apfd" || name.StartsWith("found_at", StringComparison.Ordinal);
        Assert.True(metric.Of(InOrder(cell, [0])) is { } one ? double.IsFinite(one) : isOfFaults);
    }

    [Fact]
    public void Of_EqualConfidences_CountEveryOrderAlike()
    {
        // Both orders of a right and a wrong input: (0 + 1/2) / 2 and (1 + 1/2) / 2, on average 1/2.
        var cell = InOrder(Six, [0, 2]) with { Top1 = [0.5f, 0.5f], Margin = [0, 0], QuantizedClasses = [1, 2] };
        Assert.Equal(50, new FloatAurcMetric().Of(cell));
        // One fault on either place of two: of half the inputs half the fault; 1 - 1.5 / 2 + 1 / 4.
        Assert.Equal(50, EarlyWarning.FoundPct(cell, 50));
        Assert.Equal(0.5, EarlyWarning.MarginApfd(cell));
    }

    [Fact]
    public void TopFive_OfTenClasses_IsOutOfFive() =>
        Assert.Equal(70, new TopFiveAgreementMetric().Of(InOrder(Six, [0, 1]) with { Labels = [9, 0], Top5 = [4, 3] }));

    [Fact]
    public void Apfd_FaultsOnPlaces1And3Of5_IsByHand()
    {
        Assert.Equal(0.7, EarlyWarning.Apfd([true, false, true, false, false])!.Value, 1e-15);
        Assert.Null(EarlyWarning.Apfd([false, false]));
    }

    [Fact]
    public void Churn_TwoOfFour_Is50() => Assert.Equal(50, Churn.Pct([1, 2, 3, 3], [1, 2, 2, 1]));

    // Errors of model / baseline in percent: unshifted 5 / 10, fog 10 / 20, scale 30 / 40; identity does not count as a shift.
    // (10/20 + 30/40) / 2, and relative to unshifted ((10 - 5) / (20 - 10) + (30 - 5) / (40 - 10)) / 2.
    [Fact]
    public void CorruptionError_TwoShifts_IsByHand()
    {
        Rq1Row[] model = [Row("original", 5), Row("identity", 50), Row("fog", 10), Row("scale", 30)];
        Rq1Row[] baseline = [Row("original", 10), Row("identity", 1), Row("fog", 20), Row("scale", 40)];
        Assert.Equal(62.5, CorruptionError.MeanPct(model, baseline)!.Value, 1e-12);
        Assert.Equal(100 * (5 / 10.0 + 25 / 30.0) / 2, CorruptionError.RelativeMeanPct(model, baseline)!.Value, 1e-12);
        // Severities add up: (10 + 20) / (20 + 20), not the mean of 10/20 and 20/20.
        Assert.Equal(75, CorruptionError.MeanPct([Row("fog:1", 10), Row("fog:2", 20)], [Row("fog:1", 20), Row("fog:2", 20)]));
        Assert.Null(CorruptionError.MeanPct([Row("fog", 10)], [Row("fog", 0)]));
        Assert.Null(CorruptionError.MeanPct([Row("original", 10)], [Row("original", 10)]));
        Errors.Says<UsageException>("the same shifted test sets", () => CorruptionError.MeanPct(model, baseline[..3]));
        Errors.Says<UsageException>("0 cells of the original test set", () => CorruptionError.RelativeMeanPct(model[1..], baseline));
    }

    [Fact]
    public void MetricFrame_TwoCells_HasAColumnPerMetric()
    {
        var frame = MetricFrame.Of([Cells.Make("tflite8", "fog"), Cells.Make("tflite8", disagreements: 3)], Catalog.All<IMetric>());
        Assert.Equal(7 + Catalog.All<IMetric>().Count, frame.Columns.Count);
        Assert.Equal(["original", "fog"], frame["test_set"].Cast<string>());
        Assert.Equal([3.0, 0.0], frame["disagreement_pct"].Cast<double>());
        Assert.Null(frame["margin_apfd"][1]);
    }

    private static Rq1Row Row(string testSet, int errors) =>
        new(new CellKey("d", "a", "s", 1, "q", testSet), "generated", 100, 100 - errors, 100, 0, 0);

    private static EvaluationRows InOrder(EvaluationRows cell, int[] order)
    {
        return new(cell.Key, cell.Origin, By(cell.Labels), By(cell.FloatClasses), By(cell.QuantizedClasses), By(cell.Ties), By(cell.Top1),
            By(cell.Top2), By(cell.Entropy), By(cell.Gini), By(cell.Margin), By(cell.LeastConfidence), By(cell.KlDivergence),
            By(cell.JsDivergence), By(cell.LabelProbability), By(cell.QuantizedTop1), By(cell.QuantizedTop2),
            By(cell.QuantizedLabelProbability), By(cell.Top5));

        T[] By<T>(T[] values) => Array.ConvertAll(order, place => values[place]);
    }
}
