namespace GpuQuant.Data.Text;

/// <summary>Finds the 50,000 movie reviews in a data folder, in whatever form they lie there, and reads those that the study uses.</summary>
internal static class ImdbReviews
{
    private const string Set = "imdb", Archive = "aclImdb_v1.tar.gz", Unpacked = "aclImdb";
    private static readonly string[] Tables = ["IMDB_Dataset.csv", "IMDB Dataset.csv"];

    /// <summary>Whether the reviews are there in any form.</summary>
    public static bool ArePresent(string dataDirectory) => Find(dataDirectory) is not null;

    /// <summary>Reads the reviews up to a part, uncleaned: for the test part the training reviews too, which the tokenizer needs.</summary>
    /// <returns>The training reviews, and the test reviews or nothing.</returns>
    /// <exception cref="Numerics.DataException">There are none, or their file is damaged.</exception>
    public static (LabelledText[] Train, LabelledText[] Test) Read(string dataDirectory, DataPart last)
    {
        var path = Find(dataDirectory) ?? DataDirectory.Require(dataDirectory, Set, Tables[0]);
        var slots = new ReviewSlots(last);
        if (Directory.Exists(path))
            AclImdb.ReadFolder(path, slots);
        else if (Path.GetFileName(path) == Archive)
            AclImdb.ReadArchive(path, slots);
        else
            ReadTable(path, slots);
        return (slots.Of(DataPart.Train, path), last == DataPart.Train ? [] : slots.Of(DataPart.Test, path));
    }

    private static void ReadTable(string path, ReviewSlots slots)
    {
        using var stream = TextFile.Open(path);
        var csv = new CsvReader(stream, path);
        var (review, sentiment) = (csv.Column("review"), csv.Column("sentiment"));
        for (var row = 0; !slots.IsFull && csv.Read(); row++)
            if (slots.Wants(row))
                slots.Put(row, new LabelledText(csv.Text(review), csv.Text(sentiment) switch
                {
                    "positive" => 1,
                    "negative" => 0,
                    var other => throw csv.Bad($"has the sentiment '{other}', expected positive or negative"),
                }));
    }

    /// <summary>The csv table, else the unpacked folder, else the archive.</summary>
    private static string? Find(string dataDirectory)
    {
        var folders = DataDirectory.Folders(dataDirectory, Set);
        return Tables.Select(name => DataDirectory.Find(dataDirectory, Set, name)).FirstOrDefault(path => path is not null)
            ?? folders.Select(folder => Path.Combine(folder, Unpacked)).FirstOrDefault(Directory.Exists)
            ?? folders.Select(folder => Path.Combine(folder, Archive)).FirstOrDefault(File.Exists);
    }
}
