using System.Globalization;
using GpuQuant.Data.Downloads;

namespace GpuQuant.Data.Text;

/// <summary>
/// Reviews of shops and restaurants for <c>imdb</c>, from the table of 10,000 Yelp reviews that courses use (columns <c>stars</c>, 1 to 5,
/// and <c>text</c> among others): those with three stars are dropped, more than three are positive, the first 5,000 are taken. Their text
/// is not cleaned, only split by the tokenizer.
/// </summary>
public sealed class YelpTestSet : INaturalTestSet
{
    private const int Most = 5_000, Neutral = 3;
    private const string Table = "yelp.csv";

    /// <inheritdoc/>
    public string Name => "yelp";

    /// <inheritdoc/>
    public string Description => "reviews of shops and restaurants for imdb, 5,000 samples (Yelp; a table used in courses)";

    /// <inheritdoc/>
    public string DataSet => "imdb";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files { get; } =
    [
        new(Table, 8091185, "0713f2d5419af7840e2e1e6c6a5675b982c1fd3ef0440d435fbf50c45f8fd546", []),
    ];

    /// <inheritdoc/>
    public string ByHand => "get the yelp.csv of 10,000 reviews that courses use (columns business_id to funny) and put it into the "
        + "subfolder yelp; no address offers this very file";

    /// <inheritdoc/>
    public bool IsPresent(string dataDirectory) =>
        DataDirectory.Find(dataDirectory, Name, Table) is not null && ImdbReviews.ArePresent(dataDirectory);

    /// <inheritdoc/>
    public IDataset Load(string dataDirectory)
    {
        var path = DataDirectory.Require(dataDirectory, Name, Table);
        using var stream = TextFile.Open(path);
        return ImdbSource.Encode("imdb/yelp", [.. Reviews(new CsvReader(stream, path)).Take(Most)], ImdbSource.Tokenizer(dataDirectory));
    }

    private static IEnumerable<LabelledText> Reviews(CsvReader csv)
    {
        var (stars, text) = (csv.Column("stars"), csv.Column("text"));
        while (csv.Read())
        {
            if (!int.TryParse(csv.Text(stars), CultureInfo.InvariantCulture, out var given) || given is < 1 or > 5)
                throw csv.Bad($"has '{csv.Text(stars)}' stars, expected 1 to 5");
            if (given != Neutral)
                yield return new LabelledText(csv.Text(text), (byte)(given > Neutral ? 1 : 0));
        }
    }
}
