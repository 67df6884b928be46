using System.Globalization;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>The csv files of <see cref="StudyFindings"/>.</summary>
internal static class FindingsCsv
{
    public static IReadOnlyList<string> Write(StudyFindings study, string folder) =>
    [
        Write(Path.Combine(folder, "findings.csv"),
            "finding,statement,measure,value,low,high,paper,verdict,remark",
            study.Findings.Select(f => new[]
            {
                f.Name, f.Statement, f.Measure, Number(f.Value?.Value), Number(f.Value?.Low), Number(f.Value?.High),
                Number(f.Paper), Finding.Text(f.Verdict), f.Remark,
            })),
        Write(Path.Combine(folder, "claims.csv"),
            "finding,dataset,architecture,strategy,quantizer,difference,low,high,paper,holds,holds_in_paper,verdict,detail",
            study.Findings.SelectMany(f => f.Claims.Select(claim => new[]
            {
                f.Name, claim.Dataset, claim.Architecture, claim.Strategy, claim.Quantizer, Number(claim.Difference.Value),
                Number(claim.Difference.Low), Number(claim.Difference.High), Number(claim.Paper), Word(claim.Holds),
                Word(claim.HoldsInPaper), Finding.Text(claim.Verdict), claim.Detail,
            }))),
        Write(Path.Combine(folder, "cells.csv"),
            "dataset,architecture,strategy,quantizer,test_set,seeds,disagreement_pct,low,high,paper_pct,paper_in_interval,churn_pct",
            study.Cells.Select(cell => new[]
            {
                cell.Dataset, cell.Architecture, cell.Strategy, cell.Quantizer, cell.TestSet, Number(cell.Seeds),
                Number(cell.Disagreement.Value), Number(cell.Disagreement.Low), Number(cell.Disagreement.High), Number(cell.Paper),
                Word(cell.HoldsPaper), Number(cell.ChurnPct),
            })),
        Write(Path.Combine(folder, "paired-tests.csv"),
            "dataset,architecture,strategy,seed,quantizer,test_set,right_to_wrong,wrong_to_right,p_value,q_value",
            study.Tests.Select(test => new[]
            {
                test.Cell.Dataset, test.Cell.Architecture, test.Cell.Strategy, test.Cell.Seed.ToString(CultureInfo.InvariantCulture),
                test.Cell.Quantizer, test.Cell.TestSet, Number(test.RightToWrong), Number(test.WrongToRight),
                test.PValue.ToString("G6", CultureInfo.InvariantCulture), test.QValue.ToString("G6", CultureInfo.InvariantCulture),
            })),
    ];

    private static string Write(string path, string header, IEnumerable<string[]> lines)
    {
        AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine(header);
            foreach (var line in lines)
                writer.WriteLine(string.Join(',', line.Select(CsvField.Quote)));
        });
        return path;
    }

    private static string Number(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "";

    private static string Word(bool? value) => value switch { true => "yes", false => "no", null => "" };
}
