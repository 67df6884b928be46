using Spectre.Console;

namespace GpuQuant.Experiments;

/// <summary>
/// The first question on a terminal: per model a block with a line per test set and the mean of the shifted ones (without MNIST-C's
/// identity); per quantizer the disagreements in percent and the accuracy difference in points, as means over the seeds with their
/// standard deviation. Quantizers that do not fit beside each other follow below; a number is never wrapped.
/// </summary>
/// <example><c>Rq1Table.Write(rq1, AnsiConsole.Console, PaperTable.HuEtAl2022)</c></example>
public static class Rq1Table
{
    /// <summary>Writes the table, in colour where the console has colour.</summary>
    /// <param name="rq1">The summaries.</param>
    /// <param name="console">Where to; its width decides how many quantizers stand side by side.</param>
    /// <param name="paper">Adds a table of the paper's numbers beside ours for the models that it has.</param>
    public static void Write(Rq1 rq1, IAnsiConsole console, PaperTable? paper = null)
    {
        var blocks = Rq1Block.Of(rq1);
        if (blocks.Count == 0)
            console.MarkupLine("There are no rows.");
        foreach (var block in blocks)
        {
            new Rq1BlockTable(block, console).Write();
            if (paper is not null)
                PaperComparisonTable.Write(block, PaperComparison.Of(block, paper), console);
        }
    }

    /// <summary>The table as plain text without colours.</summary>
    /// <param name="rq1">The summaries.</param>
    /// <param name="width">The columns to keep within.</param>
    /// <param name="paper">Adds the paper's numbers.</param>
    public static string ToText(Rq1 rq1, int width, PaperTable? paper = null) =>
        PlainText.Of(width, console => Write(rq1, console, paper));

    /// <summary>The same numbers as JSON: an array of models, properties always in the same order; absent values are null.</summary>
    /// <param name="rq1">The summaries.</param>
    /// <param name="paper">Adds the paper's numbers.</param>
    public static string ToJson(Rq1 rq1, PaperTable? paper = null) => Rq1Json.Of(Rq1Block.Of(rq1), paper);
}
