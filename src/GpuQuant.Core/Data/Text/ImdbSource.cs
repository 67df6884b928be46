using GpuQuant.Data.Downloads;

namespace GpuQuant.Data.Text;

/// <summary>
/// Movie reviews (Maas et al. 2011, "Learning word vectors for sentiment analysis"), negative (0) or positive (1), as the study takes
/// them: of the 50,000 rows of <c>IMDB_Dataset.csv</c> rows 0 to 4,999 for training and 25,000 to 29,999 for testing; html tags deleted,
/// everything but letters made a space, lower case; the 19,999 most frequent words of the training reviews, 200 words a review, padded
/// and cut at the front.
/// </summary>
/// <remarks>
/// Read from the csv table (plain, .gz or .br, also as <c>IMDB Dataset.csv</c>), from the unpacked folder <c>aclImdb</c> or from the
/// published archive. The archive knows no rows: they come from <c>row_to_aclImdb.tsv</c> beside it, or are a fixed balanced order of our
/// own (training reviews first, positive and negative ones in turns).
/// </remarks>
public sealed class ImdbSource : IDataSource
{
    /// <summary>Words per sample.</summary>
    public const int Length = 200;

    /// <summary>The first word index that is dropped: the vocabulary's size with the padding.</summary>
    public const int WordLimit = 20_000;

    private const int Sentiments = 2;

    /// <inheritdoc/>
    public string Name => "imdb";

    /// <inheritdoc/>
    public string Description => "movie reviews, negative or positive, 200 words, 5,000 training and 5,000 test samples (Maas et al. 2011)";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files { get; } =
    [
        new("aclImdb_v1.tar.gz", 84125825, "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
            [new Uri("https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz")]),
    ];

    /// <inheritdoc/>
    public Preprocessing Preprocessing => Preprocessing.Tokens;

    /// <inheritdoc/>
    public TrainingSchedule Schedule => new(Epochs: 10, BatchSize: 32, Validation: 0.1) { IsText = true };

    /// <inheritdoc/>
    public bool IsPresent(string dataDirectory) => ImdbReviews.ArePresent(dataDirectory);

    /// <inheritdoc/>
    public IDataset Load(DataPart part, string dataDirectory)
    {
        var (train, test) = ImdbReviews.Read(dataDirectory, part);
        var cleaned = Clean(train);
        var tokenizer = Fit(cleaned);
        return part == DataPart.Train ? Encode("imdb/train", cleaned, tokenizer) : Encode("imdb/test", Clean(test), tokenizer);
    }

    /// <summary>The tokenizer of the training reviews, with which texts from elsewhere become samples of this set.</summary>
    /// <param name="dataDirectory">The data folder.</param>
    /// <exception cref="Numerics.DataException">The reviews are missing or damaged.</exception>
    public static KerasTokenizer Tokenizer(string dataDirectory) => Fit(Clean(ImdbReviews.Read(dataDirectory, DataPart.Train).Train));

    /// <summary>Makes samples of texts as they are, without the reviews' cleaning.</summary>
    internal static TokenDataset Encode(string name, IReadOnlyList<LabelledText> texts, KerasTokenizer tokenizer) =>
        TokenDataset.Encode(name, texts, tokenizer, Length, Sentiments);

    private static KerasTokenizer Fit(LabelledText[] cleaned) => KerasTokenizer.Fit(cleaned.Select(review => review.Text), WordLimit);

    private static LabelledText[] Clean(LabelledText[] reviews) =>
        [.. reviews.AsParallel().AsOrdered().Select(review => review with { Text = ReviewText.Clean(review.Text) })];
}
