using GpuQuant.Data.Downloads;
using GpuQuant.Numerics;

namespace GpuQuant.Data.Text;

/// <summary>
/// The embedded set <c>phrases</c>: short opinions on films, negative (0) or positive (1), written by our own grammar. Which words occur
/// tells the class in about nine of ten texts; the rest needs their order, for negations, "but" and degrees. It needs no files, takes a
/// fraction of a second and is the same on every machine.
/// </summary>
public sealed class PhrasesSource : IDataSource
{
    /// <summary>The number of training samples.</summary>
    public const int TrainCount = 20_000;

    /// <summary>The number of test samples, of the shifted test set too.</summary>
    public const int TestCount = 4_000;

    /// <summary>Words per sample: padded at the front; only texts of the shifted set are longer and lose their beginning.</summary>
    public const int Length = 40;

    private const ulong Seed = 20224;
    private const uint ShiftedPart = 2;
    private const int Sentiments = 2;

    private static readonly PhraseStyle Films = new(
        ["film", "plot", "cast", "music", "ending", "dialogue", "director", "scenery", "story", "humour", "pace", "sound"],
        NegatedPercent: 10, FewestClauses: 2, MostClauses: 5);

    private static readonly PhraseStyle Restaurants = new(
        ["soup", "waiter", "menu", "dessert", "kitchen", "table", "bread", "service", "wine", "garden", "cook", "bill"],
        NegatedPercent: 25, FewestClauses: 4, MostClauses: 8);

    /// <inheritdoc/>
    public string Name => "phrases";

    /// <inheritdoc/>
    public string Description => "written opinions, negative or positive, 40 words, 20,000 training and 4,000 test samples (embedded)";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files => [];

    /// <inheritdoc/>
    public Preprocessing Preprocessing => Preprocessing.Tokens;

    /// <inheritdoc/>
    public TrainingSchedule Schedule => new(Epochs: 5, BatchSize: 32) { IsText = true };

    /// <inheritdoc/>
    public IDataset Load(DataPart part, string dataDirectory)
    {
        var train = Texts(DataPart.Train);
        return part == DataPart.Train ? Encode("phrases/train", train, train) : Encode("phrases/test", Texts(DataPart.Test), train);
    }

    /// <summary>The shifted test set: restaurants instead of films, more negations, longer texts.</summary>
    internal static IDataset LoadShifted() => Encode("phrases/phrases-shifted", ShiftedTexts(), Texts(DataPart.Train));

    /// <summary>The texts of a part.</summary>
    internal static LabelledText[] Texts(DataPart part) => part == DataPart.Train
        ? Write(Films, TrainCount, (uint)DataPart.Train)
        : Write(Films, TestCount, (uint)DataPart.Test);

    /// <summary>The texts of the shifted test set.</summary>
    internal static LabelledText[] ShiftedTexts() => Write(Restaurants, TestCount, ShiftedPart);

    private static LabelledText[] Write(PhraseStyle style, int count, uint part)
    {
        var texts = new LabelledText[count];
        Parallel.For(0, count, i =>
        {
            var random = new RandomStream(Seed, RandomPurpose.Generation, part, (uint)i);
            texts[i] = PhraseGrammar.Write(ref random, style);
        });
        return texts;
    }

    private static TokenDataset Encode(string name, LabelledText[] texts, LabelledText[] train) => TokenDataset.Encode(
        name, texts, KerasTokenizer.Fit(train.Select(text => text.Text), ImdbSource.WordLimit), Length, Sentiments);
}
