using GpuQuant.Data.Downloads;
using GpuQuant.Numerics;

namespace GpuQuant.Data.Drawn;

/// <summary>
/// The embedded set <c>traps</c>, a small drawn stand-in for iWildCam: seven kinds of animals, or none, before 20 fixed cameras, by day
/// and by night. Training and test samples come from the same places; <see cref="TrapsOodTestSet"/> has other places. It needs no files and
/// is the same bytes on every machine.
/// </summary>
public sealed class TrapsSource : IDataSource
{
    /// <summary>The number of training samples.</summary>
    public const int TrainCount = 6_000;

    /// <summary>The number of test samples, of the same places as the training set and of others alike.</summary>
    public const int TestCount = 1_500;

    /// <summary>The number of places; those of the out-of-distribution set have the numbers that follow.</summary>
    public const int Places = 20;

    internal const uint PlacePart = 3;
    private const uint OodPart = 2;
    private const int OodPlaces = 12, Side = 64, Channels = 3;
    private const ulong Seed = 20223;

    /// <inheritdoc/>
    public string Name => "traps";

    /// <inheritdoc/>
    public string Description =>
        "drawn animals before camera traps, 64x64 colour, eight classes, 6,000 training and 1,500 test samples (embedded)";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files => [];

    /// <inheritdoc/>
    public Preprocessing Preprocessing => Preprocessing.UnitRange;

    /// <inheritdoc/>
    public TrainingSchedule Schedule => new(Epochs: 10, BatchSize: 32);

    /// <inheritdoc/>
    public IDataset Load(DataPart part, string dataDirectory) => part == DataPart.Train
        ? Generate("traps/train", TrainCount, (uint)DataPart.Train, 0, Places)
        : Generate("traps/test", TestCount, (uint)DataPart.Test, 0, Places);

    /// <summary>Pictures from places that the training set does not have.</summary>
    internal static ILocatedDataset LoadOod() => Generate("traps/ood", TestCount, OodPart, Places, OodPlaces);

    private static LocatedImages Generate(string name, int count, uint part, int firstPlace, int places)
    {
        const int length = Side * Side * Channels;
        var all = Enumerable.Range(firstPlace, places).Select(number => new TrapLocation(Seed, number, Side)).ToArray();
        var (pixels, labels, numbers) = (new byte[count * length], new byte[count], new int[count]);
        Parallel.For(0, count, i =>
        {
            var random = new RandomStream(Seed, RandomPurpose.Generation, part, (uint)i);
            var place = random.NextInt32(0, places);
            numbers[i] = firstPlace + place;
            labels[i] = TrapPainter.Paint(ref random, all[place], Side, pixels.AsSpan(i * length, length));
        });
        return new LocatedImages(new ImageDataset(name, pixels, labels, new Shape(Side, Side, Channels), TrapAnimal.Names.Count), numbers);
    }
}
