using System.Runtime.ExceptionServices;
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
    private readonly IReadOnlyList<string> _files, _retrainings;

    private Results(
        IReadOnlyList<string> files, IReadOnlyList<string> retrainings, IReadOnlyList<CellSummary> cells, IReadOnlyList<string> skipped,
        IReadOnlyList<(string Name, string Value)> metadata) =>
        (_files, _retrainings, Cells, Skipped, Metadata) = (files, retrainings, cells, skipped, metadata);

    /// <summary>A summary per cell, in the study's order.</summary>
    public IReadOnlyList<CellSummary> Cells { get; }

    /// <summary>A sentence per file that was left out because it is damaged; empty unless that was asked for.</summary>
    public IReadOnlyList<string> Skipped { get; }

    /// <summary>What the files say of themselves, such as device and commit: each different value once.</summary>
    public IReadOnlyList<(string Name, string Value)> Metadata { get; }

    /// <summary>
    /// Loads a rows file, or all of a folder: what its <c>rows.txt</c> lists, which every sweep writes, else its <c>rows.parquet</c>, else
    /// the files in the <c>rows</c> of its runs.
    /// </summary>
    /// <param name="path">A file or a folder; of several studies' common folder all are loaded.</param>
    /// <param name="skipDamaged">Whether to use the rest where files are damaged, and list these in <see cref="Skipped"/>.</param>
    /// <exception cref="DataException">There are no rows, a file is damaged (and named), or two files hold the same cell.</exception>
    public static Results Load(string path, bool skipDamaged = false)
    {
        var found = File.Exists(path) ? [path] : Directory.Exists(path) ? Find(path) : [];
        if (found.Count == 0)
            throw new DataException($"'{path}' holds no rows; give a rows.parquet or the folder of a study that has run.");
        return Of(found, skipDamaged);
    }

    /// <summary>The results in some files: rows, and the counts of retrainings; those that do not exist are counted as left out.</summary>
    internal static Results Of(IEnumerable<string> paths, bool skipDamaged = false)
    {
        var (all, files, skipped) = (paths.ToArray(), new List<string>(), new List<string>());
        var present = all.Where(File.Exists).ToArray();
        if (present.Length < all.Length)
            skipped.Add($"{all.Length - present.Length} of {all.Length} results are not computed yet; run the sweep again.");
        var cells = new Dictionary<CellKey, (CellSummary Cell, string File)>();
        var metadata = new SortedSet<(string, string)>();
        var rows = present.Where(file => !IsRetraining(file)).ToArray();
        foreach (var (file, read, error) in rows.AsParallel().AsOrdered().Select(Read).ToArray())
        {
            if (error is not null && !skipDamaged)
                ExceptionDispatchInfo.Throw(error);
            if (error is not null)
            {
                skipped.Add(error.Message);
                continue;
            }
            Add(cells, read.Cells, file);
            files.Add(file);
            metadata.UnionWith(read.Metadata.Select(word => (word.Key, word.Value)));
        }
        var sorted = cells.Values.Select(entry => entry.Cell).OrderBy(cell => cell.Counts.Key, StudyOrder.Instance);
        return new Results(files, [.. present.Where(IsRetraining)], [.. sorted], skipped, [.. metadata]);
    }

    private static bool IsRetraining(string file) => file.EndsWith(".csv", StringComparison.Ordinal);

    /// <summary>The cells with a value per input, streamed from the files: one cell is in memory at a time.</summary>
    /// <exception cref="DataException">A file is damaged; thrown while enumerating.</exception>
    public IEnumerable<EvaluationRows> Rows() => _files.SelectMany(RowsFile.Enumerate);

    /// <summary>The cells as the first research question's summaries.</summary>
    public Rq1 ToRq1() => new(Cells.Select(cell => cell.Counts));

    /// <summary>The answers to the third research question; reads every row once.</summary>
    public Rq3 ToRq3() => Rq3.Of(Rows());

    /// <summary>What training further with the disagreements did; no rows where it was not done.</summary>
    /// <exception cref="DataException">A file is damaged.</exception>
    public Rq4 ToRq4() => new(_retrainings.SelectMany(file => Rq4.Read(file).Rows));

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

    private static (string File, (IReadOnlyList<CellSummary> Cells, IReadOnlyDictionary<string, string> Metadata) Read,
        DataException? Error) Read(string file)
    {
        try
        {
            return (file, SummaryReader.Read(file), null);
        }
        catch (DataException error)
        {
            return (file, default, error);
        }
    }

    private static List<string> Find(string folder)
    {
        var index = Path.Combine(folder, SweepPlan.IndexFile);
        if (File.Exists(index))
            return [.. File.ReadLines(index).Where(line => line.Length > 0 && line[0] != '#').Select(line => Path.Combine(folder, line))];
        var whole = Path.Combine(folder, "rows.parquet");
        if (File.Exists(whole))
            return [whole];
        if (Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) == "rows")
            return [.. Directory.GetFiles(folder, "*.parquet").Order(StringComparer.Ordinal)];
        if (Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(folder))) == Retraining.FolderName)
            return [.. Directory.GetFiles(folder, Retraining.ResultFile)];
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
