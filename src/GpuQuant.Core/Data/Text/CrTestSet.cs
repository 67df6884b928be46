using System.Text;
using GpuQuant.Data.Downloads;
using GpuQuant.Numerics;

namespace GpuQuant.Data.Text;

/// <summary>
/// Opinions from elsewhere for <c>imdb</c>: customer reviews of products (Hu and Liu 2004) followed by sentences of film critics (Pang
/// and Lee 2005), the first 5,000 of CR train, dev and test, MR train, dev and test. A line is the text, a tab and the class digit. Each
/// run of characters other than letters, numbers and underscores becomes one space, upper case lower case; stop words are removed.
/// </summary>
/// <remarks>
/// The stop words are those of <c>stopwords.txt</c> in the same folder, or the same 153 built in. Numbers stay here, although the
/// tokenizer of <c>imdb</c>, whose training reviews hold letters only, knows none.
/// </remarks>
public sealed class CrTestSet : INaturalTestSet
{
    private const int Most = 5_000;

    // One fixed state of the repository in which the files are published.
    private const string Published = "https://raw.githubusercontent.com/hendrycks/error-detection/"
        + "96b8c95396e111879f0675264301caf5d7fb26df/NLP/Sentiment/data/";

    private static readonly string[] Parts = ["CR.train", "CR.dev", "CR.test", "MR.train", "MR.dev", "MR.test"];

    /// <inheritdoc/>
    public string Name => "cr";

    /// <inheritdoc/>
    public string Description => "product reviews and film critics' sentences for imdb, 5,000 samples (Hu and Liu 2004; Pang and Lee 2005)";

    /// <inheritdoc/>
    public string DataSet => "imdb";

    /// <inheritdoc/>
    public string Folder => "sentiment";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files { get; } =
    [
        File(Parts[0], 276327, "3a342f7976156dc75ecbbec69805181ae22db1ec7f234daddf639ab9754e068d"),
        File(Parts[1], 50422, "df23529ccd08b1642a63eb73358a562723157a4e10bd9575cd055a6a74767ad1"),
        File(Parts[2], 49521, "90c7673066d6dd814cec8ae4d6e7dbf7b991c815b01eabbd10158a2c5f7ea770"),
        File(Parts[3], 1023446, "0f3a74801244076973f0c4e947b557a723024ee04c5bd9c9afb75c378b59e47c"),
        File(Parts[4], 119142, "ed77be9566357c8a6cf582b839e9213097ac224b8e7d6764b945d95048371e1a"),
        File(Parts[5], 117544, "26b868fed55b747bfc72266f9d2ae44e169b4de449d5548fb5aa8efa3db2f5b0"),
    ];

    /// <inheritdoc/>
    public bool IsPresent(string dataDirectory) =>
        Parts.All(part => DataDirectory.Find(dataDirectory, Folder, part) is not null) && ImdbReviews.ArePresent(dataDirectory);

    /// <inheritdoc/>
    public IDataset Load(string dataDirectory)
    {
        var paths = Array.ConvertAll(Parts, part => DataDirectory.Require(dataDirectory, Folder, part));
        var stopWords = StopWordsOf(dataDirectory);
        var texts = paths.SelectMany(path => TextFile.ReadLines(path).Select((line, index) => Parse(path, index + 1, line, stopWords)));
        return ImdbSource.Encode("imdb/cr", [.. texts.Take(Most)], ImdbSource.Tokenizer(dataDirectory));
    }

    private HashSet<string> StopWordsOf(string dataDirectory) =>
        [.. DataDirectory.Find(dataDirectory, Folder, "stopwords.txt") is { } path ? TextFile.ReadLines(path) : StopWords.English];

    private static LabelledText Parse(string path, int number, string line, HashSet<string> stopWords)
    {
        if (!line.EndsWith("\t0", StringComparison.Ordinal) && !line.EndsWith("\t1", StringComparison.Ordinal))
            throw new DataException($"'{path}' line {number} ends with '{line[Math.Max(0, line.Length - 10)..]}', "
                + "expected a tab and the class 0 or 1; fetch the file again or check where it came from.");
        var words = Words(line[..^2]).Where(word => !stopWords.Contains(word));
        return new LabelledText(string.Join(' ', words), (byte)(line[^1] - '0'));
    }

    /// <summary>What lies between the characters that Python's <c>\W</c> matches, in lower case.</summary>
    private static string[] Words(string text)
    {
        var spaced = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            spaced.Append(PythonText.IsWord(rune) ? rune.ToString() : " ");
        return PythonText.Lower(spaced.ToString()).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static RemoteFile File(string name, long size, string sha256) => new(name, size, sha256,
        [new Uri(Published + name)]);
}
