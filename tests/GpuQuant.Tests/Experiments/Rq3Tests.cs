using GpuQuant.Evaluation;
using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Experiments;

public sealed class Rq3Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// A cell whose quantized model differs where index % every is remainder: there the margin is one of the four smallest of a thousand,
    /// and the other scores say nothing (they repeat every 7 inputs).
    /// </summary>
    private static EvaluationRows Cell(
        string quantizer, string testSet, int every, int remainder, int count = 1000, ulong seed = 1, string strategy = "standard")
    {
        var indices = Enumerable.Range(0, count).ToArray();
        var cell = Cells.Make(quantizer, testSet, seed, "lenet1", count: count, strategy: strategy);
        return cell with
        {
            QuantizedClasses = [.. indices.Select(i => i % every == remainder ? (cell.FloatClasses[i] + 1) % 10 : cell.FloatClasses[i])],
            Margin = [.. indices.Select(i => i % 20 < 2 ? i / 100_000f : 0.5f + i / 100_000f)],
            Entropy = [.. indices.Select(i => i % 7 / 7f)],
            Gini = [.. indices.Select(i => i % 7 / 7f)],
            LeastConfidence = [.. indices.Select(i => i % 7 / 7f)],
        };
    }

    /// <summary>Each quantizer differs on another half of the inputs of small margin, in each of two test sets.</summary>
    private static EvaluationRows[] Model(ulong seed = 1) =>
    [
        Cell("tflite8", "original", 20, 0, seed: seed), Cell("coreml8", "original", 20, 1, seed: seed),
        Cell("tflite8", "fog", 20, 0, seed: seed), Cell("coreml8", "fog", 20, 1, seed: seed),
    ];

    [Fact]
    public void Of_MarginSaysAll_TheOthersNothing()
    {
        var rows = Rq3.Of(Model()).Rows;
        Assert.Equal(["entropy", "gini", "margin", "least_confidence"], rows.Select(row => row.Uncertainty));
        // Two of 20 inputs, of 2 x 1000: the union over the quantizers.
        Assert.All(rows, row => Assert.Equal((2000, 200, null), (row.Inputs, row.Disagreeing, row.Reason)));
        var margin = rows[2].Result!;
        Assert.Equal((100, 100, 100, 100), (margin.AurocPct, margin.AuprPct, margin.TnrAt95TprPct, margin.RawAurocPct));
        Assert.True(margin.Regression.Weight > 0);
        // 7 and 20 have no common divisor: the score is spread alike over both kinds.
        Assert.Equal(50, rows[0].Result!.RawAurocPct, 1.0);
        Assert.InRange(rows[0].Result!.AurocPct, 20, 80);
        Assert.Equal(Plain(rows[0]).Result, Plain(rows[1]).Result);
        Assert.Equal(rows[0].Result!.RawRoc, rows[1].Result!.RawRoc);
    }

    [Fact]
    public void Of_AnyOrderOfCells_GivesTheSame()
    {
        EvaluationRows[] cells = [.. Model(2), .. Model(1)];
        Assert.Equal(Rq3.Of(cells).Rows.Select(Plain), Rq3.Of(cells.Reverse()).Rows.Select(Plain));
        Assert.Equal([1ul, 2ul], Rq3.Of(cells).Rows.Select(row => row.Model.Seed).Distinct());
        Assert.NotEqual(Rq3.Of(cells).Rows[0].Result, Rq3.Of(cells).Rows[4].Result);
    }

    [Theory]
    [InlineData(50, 2, 20, null)]
    // Of 40 inputs 4 are the test part, which a seed may fill with one kind.
    [InlineData(50, 1, 20, "one-sided")]
    [InlineData(53, 1, 19, "too few")]
    public void Of_FewDisagreeing_SaysSoInsteadOfANumber(int every, int seed, int expected, string? reason)
    {
        var rows = Rq3.Of([Cell("tflite8", "original", every, 0, seed: (ulong)seed)]).Rows;
        Assert.All(rows, row => Assert.Equal((expected, reason, reason is null), (row.Disagreeing, row.Reason, row.Result is not null)));
    }

    [Fact]
    public void Of_NearlyAllDisagree_TakesAsManyAsAgree()
    {
        var cell = Cell("tflite8", "original", 20, 0);
        var most = cell with { QuantizedClasses = [.. cell.FloatClasses.Select((c, i) => i % 20 == 0 ? c : (c + 1) % 10)] };
        Assert.All(Rq3.Of([most]).Rows, row => Assert.Equal((950, null), (row.Disagreeing, row.Reason)));
    }

    [Fact]
    public void Of_CellsThatDoNotBelongTogether_AreRefused()
    {
        Errors.Says<UsageException>("comes twice", () => Rq3.Of([.. Model(), .. Model()]));
        Errors.Says<UsageException>("has 10 inputs but mnist/lenet1/standard/seed 1/tflite8/fog has 1000",
            () => Rq3.Of([.. Model(), Cell("coreml16", "fog", 20, 0, count: 10)]));
        Assert.Empty(Rq3.Of([]).Rows);
    }

    [Fact]
    public void WriteCsv_TwoModels_HasTheColumnsOfThePaperAndTheSeed()
    {
        var rq3 = Rq3.Of([.. Model(7), Cell("tflite8", "original", 500, 0, strategy: "qat")]);
        rq3.WriteCsv(_folder.File("rq3.csv"));
        var lines = File.ReadAllLines(_folder.File("rq3.csv"));
        Assert.Equal("dataset,architecture,strategy,uncertainty,metric,value,seed", lines[0]);
        Assert.Equal(1 + 2 * 4 * 4, lines.Length);
        Assert.Contains("mnist,lenet1,standard,margin,auroc_pct,100.0,7", lines);
        Assert.Contains("mnist,lenet1,qat,margin,tnr_at_95tpr_pct,,1", lines);
        var frame = rq3.ToDataFrame();
        Assert.Equal([100.0, null], [frame["auroc_pct"][2], frame["auroc_pct"][6]]);
        Assert.Equal("too few", frame["reason"][6]);
        Assert.Equal(8, frame.Rows.Count);
    }

    [Fact]
    public void Table_BesideThePaper_ShowsBoth()
    {
        var rq3 = Rq3.Of([.. Model(1), .. Model(2), Cell("tflite8", "original", 500, 0, strategy: "qat")]);
        var text = Rq3Table.ToText(rq3, 120, PaperUncertainties.HuEtAl2022);
        Assert.Contains("telling the inputs that disagree (400 in 2 seeds)", text, StringComparison.Ordinal);
        Assert.Contains("no result: too few", text, StringComparison.Ordinal);
        var margin = Assert.Single(text.Split('\n'), line => line.Contains(" margin", StringComparison.Ordinal));
        Assert.Equal(2, margin.Split("94.76").Length);
        Assert.Contains("100.00", margin, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mnist", "lenet1", "standard", "margin", "auroc_pct", 94.76)]
    [InlineData("mnist", "lenet1", "standard", "gini", "auroc_pct", 85.0)]
    public void Paper_Known_IsItsValue(string dataset, string net, string strategy, string uncertainty, string metric, double value) =>
        Assert.Equal(value, PaperUncertainties.HuEtAl2022.Find(dataset, net, strategy, uncertainty, metric));

    [Fact]
    public void Paper_Whole_IsEmbedded()
    {
        Assert.Equal(316, PaperUncertainties.HuEtAl2022.Count);
        Assert.Null(PaperUncertainties.HuEtAl2022.Find("imdb", "gru", "qat", "margin", "auroc_pct"));
    }

    // Records hold lists equal only where they are the same list.
    private static Rq3Row Plain(Rq3Row row) => row with { Result = row.Result! with { RawRoc = Rq3.FalsePositiveRates } };
}
