using GpuQuant.Evaluation;
using GpuQuant.Numerics;
using Microsoft.Data.Analysis;

namespace GpuQuant.Experiments;

/// <summary>
/// What studies have found, from their rows files: a summary per cell in memory, rows per input streamed from the files.
/// </summary>
/// <example><c>Results.Load("runs/hu2022").Disagreement().Pivot("test_set", "quantizer", "disagreement_pct")</c></example>
public sealed class Results
{
    private readonly IReadOnlyList<string> _files;

    private Results(
        IReadOnlyList<string> files, IReadOnlyList<CellSummary> cells, IReadOnlyList<string> skipped,
        IReadOnlyList<(string Name, string Value)> metadata) =>
        (_files, Cells, Skipped, Metadata) = (files, cells, skipped, metadata);

    /// <summary>A summary per cell, in the study's order.</summary>
    public IReadOnlyList<CellSummary> Cells { get; }

    /// <summary>A sentence per file that was left out because it is damaged; empty unless that was asked for.</summary>
    public IReadOnlyList<string> Skipped { get; }

    /// <summary>What the files say of themselves, such as device and commit: each different value once.</summary>
    public IReadOnlyList<(string Name, string Value)> Metadata { get; }

    /// <summary>Loads a rows file, or all of a folder: its <c>rows.parquet</c>, else the files in the <c>rows</c> of its runs.</summary>
    /// <param name="path">A file or a folder; of several studies' common folder all are loaded.</param>
    /// <param name="skipDamaged">Whether to use the rest where files are damaged, and list these in <see cref="Skipped"/>.</param>
    /// <exception cref="DataException">There are no rows, a file is damaged (and named), or two files hold the same cell.</exception>
    public static Results Load(string path, bool skipDamaged = false)
    {
        var found = File.Exists(path) ? [path] : Directory.Exists(path) ? Find(path) : [];
        if (found.Count == 0)
            throw new DataException($"'{path}' holds no rows; give a rows.parquet or the folder of a study that has run.");
        var (files, skipped) = (new List<string>(), new List<string>());
        var cells = new Dictionary<CellKey, (CellSummary Cell, string File)>();
        var metadata = new SortedSet<(string, string)>();
        foreach (var file in found)
        {
            if (Read(file, skipDamaged, skipped) is not { } read)
                continue;
            Add(cells, read.Cells, file);
            files.Add(file);
            metadata.UnionWith(read.Metadata.Select(word => (word.Key, word.Value)));
        }
        var sorted = cells.Values.Select(entry => entry.Cell).OrderBy(cell => cell.Counts.Key, StudyOrder.Instance);
        return new Results(files, [.. sorted], skipped, [.. metadata]);
    }

    /// <summary>The cells with a value per input, streamed from the files: one cell is in memory at a time.</summary>
    /// <exception cref="DataException">A file is damaged; thrown while enumerating.</exception>
    public IEnumerable<EvaluationRows> Rows() => _files.SelectMany(RowsFile.Enumerate);

    /// <summary>The cells as the first research question's summaries.</summary>
    public Rq1 ToRq1() => new(Cells.Select(cell => cell.Counts));

    /// <summary>A row per cell: <c>inputs, accuracy_pct, float_accuracy_pct, accuracy_difference_points</c>.</summary>
    public DataFrame Accuracy() => Frame(
        Number("accuracy_pct", cell => cell.Counts.AccuracyPct),
        Number("float_accuracy_pct", cell => 100.0 * cell.Counts.FloatCorrect / cell.Counts.Inputs),
        Number("accuracy_difference_points", cell => cell.Counts.AccuracyDifferencePoints));

    /// <summary>A row per cell: <c>inputs, disagreements, disagreement_pct, ties, tie_pct</c>; null for the float model itself.</summary>
    public DataFrame Disagreement() => Frame(
        new Int32DataFrameColumn("disagreements", Cells.Select(cell => OfQuantized(cell, cell.Counts.Disagreements))),
        Number("disagreement_pct", cell => OfQuantized(cell, cell.Counts.DisagreementPct)),
        new Int32DataFrameColumn("ties", Cells.Select(cell => OfQuantized(cell, cell.Counts.Ties))),
        Number("tie_pct", cell => OfQuantized(cell, cell.Counts.TiePct)));

    /// <summary>A row per cell: means over its inputs of <c>entropy, gini, margin, least_confidence, kl</c>.</summary>
    public DataFrame Uncertainty() => Frame(
        Number("entropy", cell => cell.Entropy), Number("gini", cell => cell.Gini), Number("margin", cell => cell.Margin),
        Number("least_confidence", cell => cell.LeastConfidence), Number("kl", cell => cell.KlDivergence));

    private static (IReadOnlyList<CellSummary> Cells, IReadOnlyDictionary<string, string> Metadata)? Read(
        string file, bool skipDamaged, List<string> skipped)
    {
        try
        {
            return SummaryReader.Read(file);
        }
        catch (DataException error) when (skipDamaged)
        {
            skipped.Add(error.Message);
            return null;
        }
    }

    // A study's rows.parquet repeats what its runs keep, so that the runs count only without it.
    private static List<string> Find(string folder)
    {
        var whole = Path.Combine(folder, "rows.parquet");
        if (File.Exists(whole))
            return [whole];
        if (Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) == "rows")
            return [.. Directory.GetFiles(folder, "*.parquet").Order(StringComparer.Ordinal)];
        return [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal).SelectMany(Find)];
    }

    private static void Add(Dictionary<CellKey, (CellSummary Cell, string File)> cells, IReadOnlyList<CellSummary> read, string file)
    {
        foreach (var cell in read)
        {
            if (!cells.TryAdd(cell.Counts.Key, (cell, file)))
                throw new DataException($"'{file}' and '{cells[cell.Counts.Key].File}' both hold the cell "
                    + $"{RowsSchema.NameOf(cell.Counts.Key)}; load them apart, or give the rows.parquet of one study.");
        }
    }

    private static T? OfQuantized<T>(CellSummary cell, T value) where T : struct => cell.Counts.IsReference ? null : value;

    private DoubleDataFrameColumn Number(string name, Func<CellSummary, double?> value) => new(name, Cells.Select(value));

    private StringDataFrameColumn Text(string name, Func<CellKey, string> value) => new(name, Cells.Select(cell => value(cell.Counts.Key)));

    private DataFrame Frame(params IEnumerable<DataFrameColumn> measures) => new(
    [
        Text("dataset", key => key.Dataset), Text("architecture", key => key.Architecture), Text("strategy", key => key.Strategy),
        Text("quantizer", key => key.Quantizer), Text("test_set", key => key.TestSet),
        new StringDataFrameColumn("origin", Cells.Select(cell => cell.Counts.Origin)),
        new Int64DataFrameColumn("seed", Cells.Select(cell => unchecked((long)cell.Counts.Key.Seed))),
        new Int32DataFrameColumn("inputs", Cells.Select(cell => cell.Counts.Inputs)), .. measures,
    ]);
}
