using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using GpuQuant.Numerics;

namespace GpuQuant.Data.Text;

/// <summary>
/// Reads the reviews as Maas et al. published them, one file each (<c>aclImdb/train/pos/123_9.txt</c>: review 123 with 9 stars), from
/// the archive without unpacking it or from its unpacked folder.
/// </summary>
/// <remarks>
/// The rows are those of <c>row_to_aclImdb.tsv</c> (row, tab, path such as <c>train/pos/123_9.txt</c>; plain, .gz or .br) where it lies
/// beside; otherwise the training reviews come before the test reviews, positive and negative ones take turns, and review n of the
/// 12,500 of a folder is the one with the place n * 7919 mod 12500, so that reviews of one film, which have neighbouring numbers, are
/// spread. Every even row and the next then are one positive and one negative review.
/// </remarks>
internal static partial class AclImdb
{
    private const int FolderSize = 12_500, Spread = 7919;
    private const int MostReviewBytes = 1 << 20, MostEntries = 200_000;
    private const long MostArchiveBytes = 2L << 30;
    private const string Root = "aclImdb", RowTable = "row_to_aclImdb.tsv";
    private static readonly string[] Folders = ["train/pos", "train/neg", "test/pos", "test/neg"];

    /// <summary>Reads the wanted rows from the unpacked folder.</summary>
    /// <exception cref="DataException">A file cannot be read, is too long or no UTF-8.</exception>
    public static void ReadFolder(string folder, ReviewSlots slots)
    {
        var rows = Rows(folder);
        foreach (var part in Folders.Where(part => Directory.Exists(Path.Combine(folder, part))))
            foreach (var path in TextFile.Guard(folder, () => Directory.GetFiles(Path.Combine(folder, part), "*.txt")))
                Take($"{part}/{Path.GetFileName(path)}", rows, slots, path, () =>
                {
                    using var stream = TextFile.Open(path);
                    return ReadReview(path, stream, stream.Length);
                });
    }

    /// <summary>Reads the wanted rows from the archive (tar, gzip), which is never unpacked to disk.</summary>
    /// <exception cref="DataException">
    /// It is damaged, or no archive to trust: a path that leaves its folder, a link, more or larger entries than the limits.
    /// </exception>
    public static void ReadArchive(string archive, ReviewSlots slots)
    {
        var rows = Rows(archive);
        using var file = TextFile.Open(archive);
        using var tar = new TarReader(file);
        long total = 0;
        for (var count = 1; !slots.IsFull && TextFile.Guard(archive, () => tar.GetNextEntry()) is { } entry; count++)
        {
            total += Math.Max(entry.Length, 0);
            Check(archive, entry, count, total);
            if (entry.DataStream is { } data && entry.Name.Split(Root + "/", 2) is [_, var path])
                Take(path, rows, slots, $"{archive}/{entry.Name}", () => ReadReview($"{archive}/{entry.Name}", data, entry.Length));
        }
    }

    private static void Take(string name, Func<string, Match, int> rows, ReviewSlots slots, string path, Func<string> read)
    {
        if (ReviewName().Match(name) is not { Success: true } match)
            return;
        var row = rows(name, match);
        if (slots.Wants(row))
            slots.Put(row, new LabelledText(read(), (byte)(match.Groups["class"].Value == "pos" ? 1 : 0)));
    }

    private static string ReadReview(string path, Stream stream, long length)
    {
        if (length > MostReviewBytes)
            throw new DataException($"'{path}' is {length} bytes long, more than the {MostReviewBytes} that a review may have; "
                + "check where it came from.");
        var bytes = new byte[length];
        TextFile.Guard(path, () => stream.ReadAtLeast(bytes, bytes.Length));
        return TextFile.Decode(path, bytes);
    }

    private static void Check(string archive, TarEntry entry, int count, long total)
    {
        var isLink = entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink;
        var isOutside = Path.IsPathRooted(entry.Name) || entry.Name.Contains('\\') || entry.Name.Split('/').Contains("..");
        var problem = isLink ? $"holds the link '{entry.Name}'"
            : isOutside ? $"holds the path '{entry.Name}', which leaves its folder"
            : count > MostEntries ? $"holds more than {MostEntries} entries"
            : total > MostArchiveBytes ? $"unpacks to more than {MostArchiveBytes} bytes" : null;
        if (problem is not null)
            throw new DataException($"'{archive}' {problem}, which the published archive does not; do not trust it, fetch it again.");
    }

    /// <summary>Which row a review is: by the table beside the reviews, or by their own order.</summary>
    private static Func<string, Match, int> Rows(string beside)
    {
        if (CompressedFile.Find(Path.GetDirectoryName(Path.GetFullPath(beside))!, RowTable) is not { } path)
            return (_, match) => OwnRow(match.Groups["part"].Value, match.Groups["class"].Value, Number(match));
        var rows = new Dictionary<string, int>();
        foreach (var (index, line) in TextFile.ReadLines(path).Index())
            if (line.Split('\t') is not [var row, var name] || !int.TryParse(row, CultureInfo.InvariantCulture, out var number)
                || !rows.TryAdd(name, number))
                throw new DataException($"'{path}' line {index + 1} is '{line}', expected a row number, a tab and a path of its own "
                    + "such as train/pos/123_9.txt; mend the file or remove it.");
        return (name, _) => rows.GetValueOrDefault(name, -1);
    }

    private static int OwnRow(string part, string label, int number) =>
        (part == "train" ? 0 : 2 * FolderSize) + 2 * (int)((long)number * Spread % FolderSize) + (label == "pos" ? 0 : 1);

    private static int Number(Match match) => int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<part>train|test)/(?<class>pos|neg)/(?<number>[0-9]{1,5})_[0-9]{1,2}\.txt\z", RegexOptions.ExplicitCapture)]
    private static partial Regex ReviewName();
}
