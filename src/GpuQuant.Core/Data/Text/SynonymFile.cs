using System.Security.Cryptography;
using System.Text;
using GpuQuant.Numerics;

namespace GpuQuant.Data.Text;

/// <summary>
/// Words with others that mean nearly the same, from a file of lines <c>word TAB synonym,synonym,...</c> (UTF-8; plain, .gz or .br; empty
/// lines and lines from # on are left out). Letters are made small. A word's lines add up; it is no synonym of itself.
/// </summary>
/// <example>
/// <code>
/// good	fine,decent
/// movie	film,picture
/// </code>
/// </example>
public sealed class SynonymFile
{
    private readonly SortedDictionary<string, List<string>> _synonyms = new(StringComparer.Ordinal);

    private SynonymFile(string path) => Path = path;

    /// <summary>Where it was read from.</summary>
    public string Path { get; }

    /// <summary>Words that have synonyms.</summary>
    public IReadOnlyCollection<string> Words => _synonyms.Keys;

    /// <summary>A hash of what the file says, whatever the order of its lines.</summary>
    public string Digest
    {
        get
        {
            var lines = string.Concat(_synonyms.Select(entry => $"{entry.Key}\t{string.Join(',', entry.Value)}\n"));
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines)))[..16];
        }
    }

    /// <summary>A word's synonyms in the file's order; none of a word it does not know.</summary>
    public IReadOnlyList<string> Of(string word) => _synonyms.TryGetValue(word, out var found) ? found : [];

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataException">It cannot be read, holds a line of another form, or no word at all.</exception>
    public static SynonymFile Read(string path)
    {
        var file = new SynonymFile(path);
        foreach (var (i, line) in TextFile.ReadLines(path).Index())
        {
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith('#'))
                continue;
            if (line.Split('\t') is not [var word, var list] || string.IsNullOrWhiteSpace(word))
                throw new DataException($"'{path}' line {i + 1} is '{line}'; expected a word, one tab, and its synonyms with commas between, "
                    + "such as good<TAB>fine,decent.");
            file.Add(Small(word), list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Small));
        }
        return file._synonyms.Count > 0
            ? file
            : throw new DataException($"'{path}' has no word with a synonym; expected lines such as good<TAB>fine,decent.");
    }

    private void Add(string word, IEnumerable<string> synonyms)
    {
        var others = synonyms.Where(other => other.Length > 0 && other != word).ToArray();
        if (others.Length == 0)
            return;
        if (!_synonyms.TryGetValue(word, out var known))
            _synonyms[word] = known = [];
        known.AddRange(others.Distinct().Except(known).ToArray());
    }

    private static string Small(string word) => PythonText.Lower(word.Trim());
}
