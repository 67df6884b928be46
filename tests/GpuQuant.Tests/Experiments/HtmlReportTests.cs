using System.Globalization;
using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Experiments;

public sealed class HtmlReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ToHtml_NamesWithMarkup_AreEscaped()
    {
        const string Nasty = "<script>alert(1)</script>\"'&";
        File.WriteAllBytes(_folder.File("a.png"), [1, 2, 3]);
        var report = new HtmlReport(Nasty);
        report.Section(Nasty).Text(Nasty).Table([Nasty], [[Nasty]]).List([[Nasty, Nasty]]).Picture(_folder.File("a.png"), Nasty);
        var html = report.ToHtml();
        Assert.Single(html.Split("<script>").Skip(1));
        Assert.Equal(11, html.Split("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;").Length - 1);
        Assert.Contains("src=\"data:image/png;base64,AQID\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_Rows_HasTheNumbersOfTheCsv()
    {
        var cells = Enumerable.Range(1, 3).SelectMany(seed => new[]
        {
            Cells.Make(seed: (ulong)seed, disagreements: 4 * seed, floatErrors: 3), Cells.Make(testSet: "fog", seed: (ulong)seed, disagreements: seed),
        }).ToArray();
        RowsFile.Write(_folder.File("rows.parquet"), cells, new Dictionary<string, string> { ["commit"] = "<b>0123" });
        var results = Results.Load(_folder.Path);
        results.ToRq1().WriteCsv(_folder.File("rq1.csv"));
        var html = StudyHtml.Of("study", results, []).ToHtml();
        var lines = File.ReadLines(_folder.File("rq1.csv")).Select(line => line.Split(',')).ToArray();
        foreach (var testSet in new[] { "original", "fog" })
        {
            var values = lines.Where(line => line[5] == testSet && line[6] == "disagreement_pct")
                .Select(line => double.Parse(line[7], CultureInfo.InvariantCulture)).ToArray();
            var spread = Spread.Of(values);
            var cell = string.Create(CultureInfo.InvariantCulture, $"{spread.Mean:0.00} &#177; {spread.StandardDeviation:0.00}</td>");
            var row = html.Split("<tr>").First(row => row.StartsWith($"<td>{testSet}</td>", StringComparison.Ordinal));
            Assert.Contains(cell, row, StringComparison.Ordinal);
        }
        // mnist lenet5 standard tflite8 on fog in the paper's table.
        var paper = PaperTable.HuEtAl2022.Find(new PaperKey("mnist", "lenet5", "standard", "tflite8", "fog", PaperTable.Disagreement))!.Value;
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"<td>{paper:0.00}</td>"), html, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;0123", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_RowOfOtherLength_IsRefused() =>
        Errors.Says<UsageException>("2 columns got a row of 1", () => new HtmlReport("a").Section("b").Table(["c", "d"], [["e"]]));

    [Fact]
    public void Picture_OfAnotherKindOrMissing_IsRefused()
    {
        Errors.Says<UsageException>("neither .png nor .svg", () => new HtmlReport("a").Section("b").Picture("c.gif", "d"));
        Errors.Says<DataException>("cannot be read", () => new HtmlReport("a").Section("b").Picture(_folder.File("c.png"), "d"));
    }
}
