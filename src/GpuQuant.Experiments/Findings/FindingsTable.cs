using System.Globalization;
using Spectre.Console;

namespace GpuQuant.Experiments;

/// <summary>The findings on a terminal: each with its numbers and verdict, then the parts in which ours and the paper's differ.</summary>
public static class FindingsTable
{
    /// <summary>Writes the findings, in colour where the console has colour.</summary>
    public static void Write(StudyFindings study, IAnsiConsole console)
    {
        foreach (var finding in study.Findings)
            Write(finding, console);
        var significant = study.Tests.Count(test => test.QValue < 0.05);
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture,
            $"[dim]accuracy: quantization changes it in {significant} of {study.Tests.Count} cells ")
            + "(McNemar, false discoveries below 5%)[/]");
        console.WriteLine();
    }

    private static void Write(Finding finding, IAnsiConsole console)
    {
        var colour = finding.Verdict switch { Verdict.Confirmed => "green", Verdict.NotConfirmed => "red", _ => "yellow" };
        console.MarkupLine($"[bold]{Markup.Escape(finding.Statement)}[/] [{colour}]{Finding.Text(finding.Verdict)}[/]");
        if (finding.Value is { } value)
            console.MarkupLine(Markup.Escape(string.Create(CultureInfo.InvariantCulture,
                $"{finding.Measure}: {value.Value:0.0#} ({value.Low:0.0#} to {value.High:0.0#})")
                + (finding.Paper is { } paper ? string.Create(CultureInfo.InvariantCulture, $", paper {paper:0.0#}") : "")));
        console.MarkupLine($"[dim]{Markup.Escape(finding.Remark)}[/]");
        var (alike, both) = finding.Agreement;
        if (both > 0)
            console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"[dim]on the paper's side in {alike} of {both} parts[/]"));
        foreach (var claim in finding.Claims.Where(claim => claim.HoldsInPaper is { } theirs && theirs != claim.Holds))
            console.MarkupLine($"[dim]  otherwise: {Markup.Escape(claim.Part)}: {Markup.Escape(claim.Detail)}[/]");
        console.WriteLine();
    }
}
