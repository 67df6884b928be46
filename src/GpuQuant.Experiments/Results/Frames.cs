using System.Globalization;
using GpuQuant.Numerics;
using Microsoft.Data.Analysis;

namespace GpuQuant.Experiments;

/// <summary>Groups and pivots of DataFrames in which a null is no value: it enters neither a sum nor a count.</summary>
public static class Frames
{
    private const int Draws = 1000;

    /// <summary>
    /// A row per group, in order of first appearance: the key columns, then <c>n</c> (values that are not null), <c>mean</c>,
    /// <c>standard_deviation</c> (divisor n - 1) and <c>low</c>, <c>high</c>: the 95% percentile bootstrap interval of the mean.
    /// Values 1, null, 3 have n 2, mean 2. Without values the mean is null, with one value all but n and mean are.
    /// </summary>
    /// <param name="frame">The table.</param>
    /// <param name="by">The key columns.</param>
    /// <param name="value">The number column.</param>
    /// <param name="seed">The seed of the bootstrap's draws.</param>
    /// <exception cref="UsageException">A column does not exist, or holds no numbers.</exception>
    public static DataFrame Summarize(this DataFrame frame, IReadOnlyList<string> by, string value, ulong seed = 0)
    {
        var (keys, numbers) = (by.Select(name => Column(frame, name)).ToArray(), Column(frame, value));
        var groups = Groups(frame, keys);
        var values = groups.Select(rows => Values(numbers, rows)).ToArray();
        var spreads = values.Select(group => group.Length == 0 ? (Spread?)null : Spread.Of(group)).ToArray();
        var intervals = values.Select((group, i) => Bootstrap(group, seed, (uint)i)).ToArray();
        var first = new Int64DataFrameColumn("first", groups.Select(rows => rows[0]));
        return new DataFrame(
        [
            .. keys.Select(key => key.Clone(first)),
            new Int32DataFrameColumn("n", values.Select(group => group.Length)),
            new DoubleDataFrameColumn("mean", spreads.Select(spread => spread?.Mean)),
            new DoubleDataFrameColumn("standard_deviation", spreads.Select(spread => spread?.StandardDeviation)),
            new DoubleDataFrameColumn("low", intervals.Select(interval => interval?.Low)),
            new DoubleDataFrameColumn("high", intervals.Select(interval => interval?.High)),
        ]);
    }

    /// <summary>A row per value of one column, a column per value of another, in order of first appearance; in the cells the mean.</summary>
    /// <param name="frame">The table.</param>
    /// <param name="index">The column whose values become rows.</param>
    /// <param name="columns">The column whose values become columns.</param>
    /// <param name="value">The number column; a cell without values, or with nulls only, is null.</param>
    /// <exception cref="UsageException">A column does not exist, or holds no numbers.</exception>
    public static DataFrame Pivot(this DataFrame frame, string index, string columns, string value)
    {
        var (down, across, numbers) = (Column(frame, index), Column(frame, columns), Column(frame, value));
        var lines = Groups(frame, [down]);
        var names = Groups(frame, [across]).Select(rows => Text(across[rows[0]])).ToArray();
        var first = new Int64DataFrameColumn("first", lines.Select(rows => rows[0]));
        var cells = lines.Select(rows => rows.ToLookup(row => Text(across[row]))).ToArray();
        return new DataFrame(
        [
            down.Clone(first),
            .. names.Select(name => new DoubleDataFrameColumn(name, cells.Select(line => Mean(Values(numbers, [.. line[name]]))))),
        ]);
    }

    /// <summary>A value as text: numbers with a point and all their digits, null as nothing.</summary>
    internal static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static DataFrameColumn Column(DataFrame frame, string name) =>
        frame.Columns.FirstOrDefault(column => column.Name == name) ?? throw new UsageException(
            $"The table has no column '{name}'; it has {string.Join(", ", frame.Columns.Select(column => column.Name))}.");

    private static List<List<long>> Groups(DataFrame frame, DataFrameColumn[] keys)
    {
        var groups = new OrderedDictionary<string, List<long>>();
        for (var row = 0L; row < frame.Rows.Count; row++)
        {
            // A length before each part keeps "a", "bc" and "ab", "c" apart.
            var key = string.Concat(keys.Select(column => Text(column[row])).Select(text => $"{text.Length}:{text}"));
            if (!groups.TryGetValue(key, out var rows))
                groups.Add(key, rows = []);
            rows.Add(row);
        }
        return [.. groups.Values];
    }

    private static double[] Values(DataFrameColumn column, List<long> rows) => column.IsNumericColumn()
        ? [.. rows.Select(row => column[row]).OfType<IConvertible>().Select(value => value.ToDouble(CultureInfo.InvariantCulture))]
        : throw new UsageException($"The column '{column.Name}' holds no numbers; name one that does.");

    private static double? Mean(double[] values) => values.Length == 0 ? null : values.Average();

    private static Interval? Bootstrap(double[] values, ulong seed, uint group)
    {
        if (values.Length < 2)
            return null;
        var random = new RandomStream(seed, RandomPurpose.Evaluation, sample: group);
        var means = new double[Draws];
        for (var draw = 0; draw < Draws; draw++)
        {
            var sum = 0.0;
            for (var i = 0; i < values.Length; i++)
                sum += values[random.NextInt32(0, values.Length)];
            means[draw] = sum / values.Length;
        }
        return Interval.Of(values.Average(), means);
    }
}
