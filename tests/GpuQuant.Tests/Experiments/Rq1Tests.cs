using System.Globalization;
using GpuQuant.Evaluation;
using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Experiments;

public sealed class Rq1Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_KnownCell_CountsIt()
    {
        var row = Assert.Single(Rq1.Of([Cells.Make(count: 200, floatErrors: 20, disagreements: 10, ties: 4)]).Rows);
        Assert.Equal((200, 170, 180, 10, 4), (row.Inputs, row.Correct, row.FloatCorrect, row.Disagreements, row.Ties));
        Assert.Equal((85.0, -5.0, 5.0, 2.0), (row.AccuracyPct, row.AccuracyDifferencePoints, row.DisagreementPct, row.TiePct));
    }

    [Fact]
    public void Of_TiesThatAgree_AreNotCounted()
    {
        var cell = Cells.Make(count: 10, disagreements: 2) with { Ties = [.. Enumerable.Repeat(true, 10)] };
        Assert.Equal(2, Assert.Single(Rq1.Of([cell]).Rows).Ties);
    }

    [Fact]
    public void Of_DisagreementsThatRepair_GainAccuracy()
    {
        var cell = Cells.Make(count: 10, floatErrors: 3);
        var row = Rq1Row.Of(cell with { QuantizedClasses = cell.Labels });
        Assert.Equal((30.0, 30.0, 100.0), (row.AccuracyDifferencePoints, row.DisagreementPct, row.AccuracyPct));
    }

    [Fact]
    public void Of_AnyOrder_SortsAsTheStudyDoes()
    {
        EvaluationRows[] cells =
        [
            Cells.Make("zz", "fog"), Cells.Make("coreml16", "fog"), Cells.Make("tflite8", "zigzag"), Cells.Make("tflite8", "brightness"),
            Cells.Make("tflite8", "original", seed: 2), Cells.Make("tflite8", "original", seed: 10), Cells.Make("float32", "fog"),
            Cells.Make("float32", "fog", architecture: "lenet1"), Cells.Make("float32", "fog", strategy: "qat"),
        ];
        string[] expected =
        [
            "lenet1 standard float32 fog 1", "lenet5 standard float32 fog 1", "lenet5 standard tflite8 original 2",
            "lenet5 standard tflite8 original 10", "lenet5 standard tflite8 brightness 1", "lenet5 standard tflite8 zigzag 1",
            "lenet5 standard coreml16 fog 1", "lenet5 standard zz fog 1", "lenet5 qat float32 fog 1",
        ];
        Assert.Equal(expected, Names(Rq1.Of(cells)));
        Assert.Equal(expected, Names(Rq1.Of(cells.Reverse())));

        static IEnumerable<string> Names(Rq1 rq1) => rq1.Rows.Select(
            row => $"{row.Key.Architecture} {row.Key.Strategy} {row.Key.Quantizer} {row.Key.TestSet} {row.Key.Seed}");
    }

    [Fact]
    public void Of_BadCells_AreRefused()
    {
        AssertRefused("comes twice", Cells.Make("fog"), Cells.Make(), Cells.Make("fog"));
        AssertRefused("has no inputs", Cells.Make(count: 0));
        AssertRefused("disagrees with it on 2 inputs", Cells.Make("float32", disagreements: 2));

        static void AssertRefused(string problem, params EvaluationRows[] cells) =>
            Assert.Contains(problem, Assert.Throws<UsageException>(() => Rq1.Of(cells)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NotANumberScores_DoNotMatter()
    {
        var cell = Cells.Make(count: 10, disagreements: 1) with { Entropy = [.. Enumerable.Repeat(float.NaN, 10)] };
        Assert.Equal(10.0, Assert.Single(Rq1.Of([cell]).Rows).DisagreementPct);
    }

    [Fact]
    public void Aggregate_ThreeSeeds_MeanAndSampleDeviation()
    {
        int[] disagreements = [1, 2, 6];
        var rq1 = Rq1.Of(disagreements.Select((count, i) => Cells.Make(seed: (ulong)i, disagreements: count)));
        var aggregate = Assert.Single(rq1.Aggregate());
        Assert.Equal(3.0, aggregate.Disagreement.Mean, 12);
        Assert.Equal(Math.Sqrt(7), aggregate.Disagreement.StandardDeviation!.Value, 12);
        Assert.Equal(3, aggregate.Disagreement.Count);
        Assert.Equal((97.0, -3.0), (aggregate.Accuracy.Mean, aggregate.AccuracyDifference.Mean));
    }

    [Fact]
    public void Aggregate_OneSeed_HasNoDeviation()
    {
        var aggregate = Assert.Single(Rq1.Of([Cells.Make(disagreements: 2)]).Aggregate());
        Assert.Equal(new Spread(2, null, 1), aggregate.Disagreement);
    }

    [Fact]
    public void WriteCsv_Cells_IsThis()
    {
        var expected = """
            rq,dataset,architecture,strategy,quantizer,test_set,metric,value,seed,origin
            rq1,mnist,lenet5,standard,float32,original,accuracy_pct,90.0,1,original
            rq1,mnist,lenet5,standard,tflite8,original,accuracy_pct,66.6667,18446744073709551615,original
            rq1,mnist,lenet5,standard,tflite8,original,accuracy_difference_points,-33.3333,18446744073709551615,original
            rq1,mnist,lenet5,standard,tflite8,original,disagreement_pct,33.3333,18446744073709551615,original
            rq1,mnist,lenet5,standard,tflite8,original,disagreements,1,18446744073709551615,original
            rq1,mnist,lenet5,standard,tflite8,original,tie_pct,33.3333,18446744073709551615,original
            rq2,mnist,lenet5,qat,"my,q",original,accuracy_pct,100.0,1,original
            rq2,mnist,lenet5,qat,"my,q",original,accuracy_difference_points,0.0,1,original
            rq2,mnist,lenet5,qat,"my,q",original,disagreement_pct,0.0,1,original
            rq2,mnist,lenet5,qat,"my,q",original,disagreements,0,1,original
            rq2,mnist,lenet5,qat,"my,q",original,tie_pct,0.0,1,original

            """;
        var previous = CultureInfo.CurrentCulture;
        var comma = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
        CultureInfo.CurrentCulture = comma;
        try
        {
            Rq1.Of(
            [
                Cells.Make("my,q", strategy: "qat"), Cells.Make(count: 3, seed: ulong.MaxValue, disagreements: 1, ties: 1),
                Cells.Make("float32", floatErrors: 10),
            ]).WriteCsv(_folder.File("rq1.csv"));
        }
        finally
        {
            CultureInfo.CurrentCulture = previous;
        }
        Assert.Equal(expected.ReplaceLineEndings("\n"), File.ReadAllText(_folder.File("rq1.csv")));
    }

    [Fact]
    public void WriteCsv_NoCells_HasTheHeader()
    {
        Rq1.Of([]).WriteCsv(_folder.File("rq1.csv"));
        Assert.Equal(
            "rq,dataset,architecture,strategy,quantizer,test_set,metric,value,seed,origin\n", File.ReadAllText(_folder.File("rq1.csv")));
    }

    [Fact]
    public void ToDataFrame_Cells_HasOneRowEach()
    {
        var frame = Rq1.Of([Cells.Make(disagreements: 3, ties: 1), Cells.Make("float32", floatErrors: 10)]).ToDataFrame();
        Assert.Equal(2, frame.Rows.Count);
        Assert.Equal(["float32", "tflite8"], frame.Columns.GetStringColumn("quantizer"));
        Assert.Equal([90.0, 97.0], frame.Columns.GetDoubleColumn("accuracy_pct").Select(value => value!.Value));
        Assert.Equal([0, 3], frame.Columns.GetInt32Column("disagreements").Select(value => value!.Value));
    }
}
