using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>Which array of another framework's weight file becomes which parameter of a net.</summary>
/// <param name="Entries">For each array of the file: our parameter, null if the array is left out, and the array's layout.</param>
/// <example>
/// A mapping file has a line per array; <c>#</c> begins a comment, <c>-</c> leaves an array out, a word of <see cref="WeightLayout"/>
/// states the layout:
/// <code>
/// conv2d/kernel:0 = conv1/kernel hwio    # Keras
/// conv2d/bias:0   = conv1/bias
/// fc1.weight      = dense1/kernel chw    # PyTorch, after a flattened image
/// optimizer.step  = -
/// </code>
/// </example>
public sealed record WeightMapping(IReadOnlyDictionary<string, (string? Ours, WeightLayout Layout)> Entries)
{
    private const string LeftOut = "-";

    /// <summary>The arrays have our names and our layout.</summary>
    public static WeightMapping SameNames(Graph graph) =>
        new(graph.Parameters.ToDictionary(p => p.Name, p => ((string?)p.Name, new WeightLayout("same"))));

    /// <summary>Reads a mapping file.</summary>
    /// <exception cref="DataException">It cannot be read, or a line is no entry; says which.</exception>
    public static WeightMapping Read(string path)
    {
        try
        {
            return Parse(File.ReadAllLines(path), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The mapping '{path}' cannot be read: {error.Message.TrimEnd('.')}; check the path.", error);
        }
    }

    /// <summary>A mapping from its lines; the name is for errors.</summary>
    /// <exception cref="DataException">A line is no entry; says which.</exception>
    public static WeightMapping Parse(IEnumerable<string> lines, string name)
    {
        var entries = new Dictionary<string, (string?, WeightLayout)>();
        foreach (var (index, line) in lines.Index())
        {
            var text = line.Split('#')[0].Trim();
            if (text.Length == 0)
                continue;
            var (theirs, ours, layout) = Split(text) ?? throw Bad(name, index, text, "expected 'their/name = our/name', and perhaps a "
                + $"layout: {string.Join(", ", WeightLayout.Known)}");
            if (!entries.TryAdd(theirs, (ours == LeftOut ? null : ours, new WeightLayout(layout))))
                throw Bad(name, index, text, $"'{theirs}' has a line already");
        }
        var twice = entries.Values.Select(entry => entry.Item1).OfType<string>().CountBy(ours => ours).FirstOrDefault(p => p.Value > 1).Key;
        return twice is null ? new(entries)
            : throw new DataException($"The mapping '{name}' gives '{twice}' to two arrays; each parameter takes one.");
    }

    private static (string Theirs, string Ours, string Layout)? Split(string text)
    {
        if (text.IndexOf('=', StringComparison.Ordinal) is var sign && sign < 1)
            return null;
        var right = text[(sign + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var layout = right.Length == 2 ? right[1] : "same";
        return right.Length is 1 or 2 && WeightLayout.Known.Contains(layout) ? (text[..sign].Trim(), right[0], layout) : null;
    }

    private static DataException Bad(string name, int index, string text, string what) =>
        new($"Line {index + 1} of the mapping '{name}', '{text}', cannot be used: {what}.");
}
