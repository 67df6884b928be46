using GpuQuant.Data.Downloads;
using GpuQuant.Numerics;

namespace GpuQuant.Data.Drawn;

/// <summary>
/// The embedded set <c>shapes</c>: ten kinds of shape in CIFAR-10's form, drawn by our own code with random colours, textures, poses,
/// clutter and noise. It needs no files and no network and is the same bytes on every machine.
/// </summary>
public sealed class ShapesSource : IDataSource
{
    /// <summary>The number of training samples.</summary>
    public const int TrainCount = 10_000;

    /// <summary>The number of test samples.</summary>
    public const int TestCount = 2_000;

    private const ulong Seed = 20221;
    private const int Side = 32, Channels = 3;

    /// <inheritdoc/>
    public string Name => "shapes";

    /// <inheritdoc/>
    public string Description => "drawn shapes, 32x32 colour, ten classes, 10,000 training and 2,000 test samples (embedded)";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files => [];

    /// <inheritdoc/>
    public Preprocessing Preprocessing => Preprocessing.UnitRange;

    /// <inheritdoc/>
    public string Suite => "cifar10-c";

    /// <inheritdoc/>
    public bool SubtractsMeanImage => true;

    /// <inheritdoc/>
    public TrainingSchedule Schedule => new(Epochs: 10, BatchSize: 32);

    /// <inheritdoc/>
    public IDataset Load(DataPart part, string dataDirectory) => part == DataPart.Train
        ? Generate("shapes/train", TrainCount, (uint)DataPart.Train)
        : Generate("shapes/test", TestCount, (uint)DataPart.Test);

    private static ImageDataset Generate(string name, int count, uint part)
    {
        const int length = Side * Side * Channels;
        var (pixels, labels) = (new byte[count * length], new byte[count]);
        Parallel.For(0, count, i =>
        {
            var random = new RandomStream(Seed, RandomPurpose.Generation, part, (uint)i);
            labels[i] = ShapePainter.Paint(ref random, Side, pixels.AsSpan(i * length, length));
        });
        return new ImageDataset(name, pixels, labels, new Shape(Side, Side, Channels), ShapeOutline.Names.Count);
    }
}
