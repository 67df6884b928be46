using System.Globalization;
using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>The report of a study: what was run, accuracies and disagreements of every model beside the paper's, pictures.</summary>
/// <example><c>StudyHtml.Of("MNIST", Results.Load("runs/mnist"), []).Write("runs/mnist/report.html")</c></example>
public static class StudyHtml
{
    /// <summary>Makes the report; sections can be added before it is written.</summary>
    /// <param name="title">The page's title.</param>
    /// <param name="results">What was found.</param>
    /// <param name="pictures">PNG or SVG files to show, with what each shows.</param>
    /// <param name="answers">The findings and the third and fourth question's tables; left out where null.</param>
    public static HtmlReport Of(
        string title, Results results, IReadOnlyList<(string Path, string Caption)> pictures, StudyAnswers? answers = null)
    {
        var report = new HtmlReport(title);
        WriteRun(report.Section("What was run"), results);
        if (answers is not null)
            AnswersHtml.WriteFindings(report.Section("Findings"), answers.Findings);
        if (pictures.Count > 0)
            WritePictures(report.Section("Pictures"), pictures);
        foreach (var block in Rq1Block.Of(results.ToRq1()))
            WriteBlock(report.Section(block.Model), block, PaperTable.HuEtAl2022);
        if (answers is not null)
        {
            AnswersHtml.WriteRq3(report.Section("Which inputs disagree"), answers.Rq3);
            AnswersHtml.WriteRq4(report.Section("Training further"), answers.Rq4);
            AnswersHtml.WriteClaims(report.Section("Findings, part by part"), answers.Findings);
        }
        return report;
    }

    private static void WritePictures(ReportSection section, IReadOnlyList<(string Path, string Caption)> pictures)
    {
        foreach (var (path, caption) in pictures)
            section.Picture(path, caption);
    }

    private static void WriteRun(ReportSection section, Results results)
    {
        var keys = results.Cells.Select(cell => cell.Counts.Key).ToArray();
        var lines = new List<string[]>
        {
            Line("data sets", key => key.Dataset), Line("nets", key => key.Architecture), Line("strategies", key => key.Strategy),
            Line("deployments", key => key.Quantizer), Line("test sets", key => key.TestSet),
            Line("seeds", key => key.Seed.ToString(CultureInfo.InvariantCulture)),
            new[] { "cells", keys.Length.ToString(CultureInfo.InvariantCulture) },
            new[] { "inputs of all cells", results.Cells.Sum(cell => (long)cell.Counts.Inputs).ToString(CultureInfo.InvariantCulture) },
        };
        lines.AddRange(results.Metadata.Select(word => new[] { word.Name, word.Value }));
        section.List(lines);
        foreach (var sentence in results.Skipped)
            section.Text("Left out: " + sentence);

        string[] Line(string name, Func<CellKey, string> value) => [name, string.Join(", ", keys.Select(value).Distinct())];
    }

    private static void WriteBlock(ReportSection section, Rq1Block block, PaperTable paper)
    {
        var isKnown = paper.Has(block.Dataset, block.Architecture, block.Strategy);
        section.Text("Accuracy of the float model in percent; per deployment the inputs that it classifies otherwise, in percent, and its "
            + $"accuracy minus the float model's, in points. {Seeds(block)}*: seeds or test sets are missing.");
        string[] headers =
        [
            "test set", "float32 accuracy", .. isKnown ? ["paper"] : Array.Empty<string>(),
            .. block.Quantizers.SelectMany(quantizer => isKnown
                ? new[] { $"{quantizer} disagreement", "paper", "accuracy difference" }
                : [$"{quantizer} disagreement", "accuracy difference"]),
        ];
        section.Table(headers, block.AllLines.Select(line => Cells(block, line, isKnown ? paper : null)));
        if (isKnown)
            WriteComparison(section, PaperComparison.Of(block, paper));
    }

    private static string Seeds(Rq1Block block) => block.Seeds.Count == 1
        ? "One seed. "
        : $"Mean \u00b1 standard deviation over {block.Seeds.Count} seeds. ";

    private static string[] Cells(Rq1Block block, Rq1Line line, PaperTable? paper)
    {
        var cells = new List<string> { line.Title.Replace('_', ' '), Value(line.FloatAccuracy, line.Partial) };
        AddPaper(Rq1Row.Reference, PaperTable.Accuracy);
        foreach (var (quantizer, cell) in block.Quantizers.Zip(line.Cells))
        {
            cells.Add(Value(cell?.Disagreement, cell?.Partial == true));
            AddPaper(quantizer, PaperTable.Disagreement);
            cells.Add(CellText.Points(cell?.AccuracyDifference));
        }
        return [.. cells];

        void AddPaper(string quantizer, string metric)
        {
            if (paper is null)
                return;
            cells.Add(CellText.Percent(line.TestSet is null ? null : paper.Find(new PaperKey(
                block.Dataset, block.Architecture, block.Strategy, quantizer, line.TestSet, metric))));
        }
    }

    private static void WriteComparison(ReportSection section, IReadOnlyList<PaperLine> lines) =>
        section.Text("Means over the shifted test sets that both we and the paper have, and how alike they order them (Spearman).").Table(
            ["deployment", "measure", "original", "paper", "mean of shifted", "paper", "rank correlation"],
            lines.Select(line => new[]
            {
                line.Quantizer, line.Metric == PaperTable.Accuracy ? "accuracy" : "disagreement", CellText.Percent(line.Original),
                CellText.Percent(line.PaperOriginal), CellText.Percent(line.Shifted), CellText.Percent(line.PaperShifted),
                CellText.Percent(line.Order),
            }));

    private static string Value(Spread? spread, bool partial) => spread is not { } value
        ? CellText.Missing
        : CellText.Percent(value.Mean) + (partial ? "*" : "")
            + (value.StandardDeviation is { } deviation ? $" \u00b1 {CellText.Percent(deviation)}" : "");
}
