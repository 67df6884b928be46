using System.Formats.Tar;
using System.Text;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data.Text;

/// <summary>
/// Made-up reviews in the forms of the published files. Training row r is "Common!" and a word of its own; test row 25,000 + r is
/// "common, common" and the word of training row r. So the vocabulary is common, then the training rows' words in order: training row r
/// becomes 1, r + 2 and test row 25,000 + r becomes 1, 1, r + 2. Every third row is positive.
/// </summary>
internal static class ImdbFiles
{
    public const int Rows = 30_000;

    public static bool IsPositive(int row) => row % 3 == 0;

    public static string Review(int row) => row < 25_000 ? $"Common! {Word(row)}" : $"common, common {Word(row - 25_000)}";

    public static byte[] Table(int rows = Rows, Func<int, string>? line = null)
    {
        var text = new StringBuilder("review,sentiment\n");
        for (var row = 0; row < rows; row++)
            text.Append(line?.Invoke(row) ?? $"\"{Review(row)}\",{(IsPositive(row) ? "positive" : "negative")}").Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A gzipped tar of files with a text, or of entries as they are.</summary>
    public static byte[] Archive(IEnumerable<(string Name, string Text)> files, params TarEntry[] first)
    {
        using var plain = new MemoryStream();
        using (var tar = new TarWriter(plain, leaveOpen: true))
        {
            foreach (var entry in first)
                tar.WriteEntry(entry);
            foreach (var (name, text) in files)
                tar.WriteEntry(File(name, Encoding.UTF8.GetBytes(text)));
        }
        return IdxBytes.Gzip(plain.ToArray());
    }

    public static TarEntry File(string name, byte[] content) =>
        new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) };

    private static string Word(int number) => "w" + string.Concat(number.ToString("D5").Select(digit => (char)('a' + digit - '0')));
}
