using GpuQuant.Data.Downloads;
using GpuQuant.Numerics;

namespace GpuQuant.Data.Drawn;

/// <summary>
/// The embedded set <c>glyphs</c>: digits in MNIST's form, drawn by our own code from strokes with random shape, pose, pen and noise.
/// It needs no files and no network, takes a fraction of a second and is the same bytes on every machine.
/// </summary>
public sealed class GlyphsSource : IDataSource
{
    /// <summary>The number of training samples.</summary>
    public const int TrainCount = 10_000;

    /// <summary>The number of test samples.</summary>
    public const int TestCount = 2_000;

    private const ulong Seed = 20220;
    private const int Side = 28, DigitClasses = 10;

    /// <inheritdoc/>
    public string Name => "glyphs";

    /// <inheritdoc/>
    public string Description => "drawn digits, 28x28 grey, 10,000 training and 2,000 test samples (embedded, no download)";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files => [];

    /// <inheritdoc/>
    public Preprocessing Preprocessing => Preprocessing.UnitRange;

    /// <inheritdoc/>
    public string Suite => "mnist-c";

    /// <inheritdoc/>
    public TrainingSchedule Schedule => new(Epochs: 8, BatchSize: 64) { Attack = AttackSchedule.Strokes };

    /// <inheritdoc/>
    public IDataset Load(DataPart part, string dataDirectory) => part == DataPart.Train
        ? Generate("glyphs/train", TrainCount, (uint)DataPart.Train)
        : Generate("glyphs/test", TestCount, (uint)DataPart.Test);

    private static ImageDataset Generate(string name, int count, uint part)
    {
        var (pixels, labels) = (new byte[count * Side * Side], new byte[count]);
        Parallel.For(0, count, i =>
        {
            var random = new RandomStream(Seed, RandomPurpose.Generation, part, (uint)i);
            labels[i] = GlyphPainter.Paint(ref random, Side, pixels.AsSpan(i * Side * Side, Side * Side));
        });
        return new ImageDataset(name, pixels, labels, new Shape(Side, Side, 1), DigitClasses);
    }
}
