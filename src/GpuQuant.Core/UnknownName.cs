using GpuQuant.Numerics;

namespace GpuQuant;

/// <summary>The error of a name that nothing has, with those that come nearest to it.</summary>
public static class UnknownName
{
    /// <summary>The error, for the caller to throw.</summary>
    /// <param name="kind">What it should name: "architecture".</param>
    /// <param name="name">The name.</param>
    /// <param name="known">Those that there are.</param>
    /// <param name="more">Further words behind the list.</param>
    /// <example>architecture, lenet: "Unknown architecture 'lenet'; did you mean lenet1 or lenet5? Known: ..."</example>
    public static UsageException Error(string kind, string name, IEnumerable<string> known, string more = ".")
    {
        var names = known.Distinct().ToArray();
        var near = Nearest(name, names);
        var hint = near.Count == 0 ? "." : $"; did you mean {string.Join(" or ", near)}?";
        return new UsageException($"Unknown {kind} '{name}'{hint} Known: {string.Join(", ", names)}{more}");
    }

    /// <summary>Up to three names of the least edit distance, if that is at most a third of the name's length, at least 1.</summary>
    private static IReadOnlyList<string> Nearest(string name, string[] names)
    {
        var distances = names.Select(other => (Name: other, Distance: Distance(name, other))).ToArray();
        var least = distances.Select(entry => entry.Distance).DefaultIfEmpty(int.MaxValue).Min();
        return least > Math.Max(1, name.Length / 3)
            ? []
            : [.. distances.Where(entry => entry.Distance == least).Take(3).Select(entry => entry.Name)];
    }

    // Levenshtein's: insertions, deletions and exchanges of one letter.
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var (diagonal, left) = (row[0], row[0] = i);
            for (var j = 1; j <= other.Length; j++)
            {
                var exchanged = diagonal + (char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = left = Math.Min(exchanged, Math.Min(left, row[j]) + 1);
            }
        }
        return row[^1];
    }
}
