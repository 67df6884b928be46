using System.Globalization;

namespace GpuQuant.Experiments;

/// <summary>The findings and the tables of the third and fourth question, as sections of a report.</summary>
internal static class AnswersHtml
{
    public static void WriteFindings(ReportSection section, StudyFindings study)
    {
        section.Text("What Hu et al. 2022 found, in our numbers: the value with its 95% interval (hierarchical bootstrap over seeds and "
            + "inputs), and what the interval says of the statement.");
        section.List(study.Findings.Select(finding => new[] { finding.Statement, Sentence(finding) }));
        var significant = study.Tests.Count(test => test.QValue < 0.05);
        section.Text(string.Create(CultureInfo.InvariantCulture,
            $"Quantization changes the accuracy in {significant} of {study.Tests.Count} cells (McNemar, false discoveries below 5%)."));
        if (study.Cells.Where(cell => cell.ChurnPct is not null).ToArray() is { Length: > 0 } known)
            section.Text("The noise floor: two float models that differ only in their seed disagree on "
                + string.Create(CultureInfo.InvariantCulture, $"{known.Average(cell => cell.ChurnPct):0.00}% ")
                + string.Create(CultureInfo.InvariantCulture,
                    $"of the inputs, a float model and its deployment on {known.Average(cell => cell.Disagreement.Value):0.00}% (means)."));
    }

    public static void WriteClaims(ReportSection section, StudyFindings study)
    {
        section.Text("Each statement is that a difference is above 0; cell by cell, ours and the paper's.");
        section.Table(["part", "finding", "difference", "low", "high", "paper", "holds", "in the paper", "verdict", "detail"],
            study.Findings.SelectMany(finding => finding.Claims.Select(claim => new[]
            {
                claim.Part, finding.Name, Number(claim.Difference.Value), Number(claim.Difference.Low), Number(claim.Difference.High),
                Number(claim.Paper), Word(claim.Holds), Word(claim.HoldsInPaper), Finding.Text(claim.Verdict), claim.Detail,
            })));
    }

    public static void WriteRq3(ReportSection section, Rq3 rq3)
    {
        section.Text("A logistic regression on one uncertainty tells inputs on which any deployment disagrees from as many others, in "
            + "percent; means over the seeds. Score alone: without a regression, all inputs.");
        var paper = PaperUncertainties.HuEtAl2022;
        section.Table(["model", "uncertainty", "AUROC", "paper", "AUPR", "paper", "TNR at 95% TPR", "paper", "score alone"],
            rq3.Aggregate().Select(line =>
            {
                var model = line.Model;
                return new[]
                {
                    $"{model.Dataset} {model.Architecture} {model.Strategy}", line.Uncertainty, CellText.Percent(line.Auroc?.Mean),
                    Paper(0), CellText.Percent(line.Aupr?.Mean), Paper(1), CellText.Percent(line.TnrAt95Tpr?.Mean), Paper(2),
                    CellText.Percent(line.RawAuroc?.Mean),
                };

                string Paper(int metric) => CellText.Percent(
                    paper.Find(model.Dataset, model.Architecture, model.Strategy, line.Uncertainty, Rq3Csv.Metrics[metric].Name));
            }));
    }

    public static void WriteRq4(ReportSection section, Rq4 rq4)
    {
        if (rq4.Rows.Count == 0)
        {
            section.Text("No model was trained further.");
            return;
        }
        section.Text("Disagreements on the original test set before and after further epochs with something added to the training set; "
            + "means over the seeds. Held out: inputs that no treatment adds.");
        section.Table(["net", "deployment", "added", "before", "after", "old left", "new", "new, held out", "paper before", "paper after"],
            rq4.Rows.GroupBy(row => (row.Dataset, row.Architecture, row.Quantizer, row.Treatment)).Select(group => new[]
            {
                $"{group.Key.Dataset} {group.Key.Architecture}", group.Key.Quantizer, Retraining.Name(group.Key.Treatment),
                Mean(group, row => row.Before), Mean(group, row => row.After), Mean(group, row => row.OldRemaining),
                Mean(group, row => row.New), Mean(group, row => row.HeldOutNew),
                Count(PaperRetraining.HuEtAl2022.Before(group.Key.Dataset, group.Key.Architecture, group.Key.Quantizer)),
                group.Key.Treatment != Treatment.Disagreements ? CellText.Missing
                    : Count(PaperRetraining.HuEtAl2022.After(group.Key.Dataset, group.Key.Architecture, group.Key.Quantizer)),
            }));
    }

    private static string Sentence(Finding finding)
    {
        var verdict = Finding.Text(finding.Verdict);
        var value = finding.Value is not { } interval ? ""
            : $" {finding.Measure}: {Number(interval.Value)} ({Number(interval.Low)} to {Number(interval.High)})"
                + (finding.Paper is null ? "." : $", the paper's {Number(finding.Paper)}.");
        return $"{char.ToUpperInvariant(verdict[0])}{verdict[1..]}.{value} {finding.Remark}";
    }

    private static string Mean(IEnumerable<RetrainingRow> rows, Func<RetrainingRow, int> count) =>
        rows.Average(count).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Count(int? count) => count?.ToString(CultureInfo.InvariantCulture) ?? CellText.Missing;

    private static string Number(double? value) => value?.ToString("0.0##", CultureInfo.InvariantCulture) ?? CellText.Missing;

    private static string Word(bool? value) => value switch { true => "yes", false => "no", null => CellText.Missing };
}
