using GpuQuant.Data.Downloads;
using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>
/// MNIST (LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based learning applied to document recognition"): 60,000 training and
/// 10,000 test images of handwritten digits, 28x28x1, white on black, ten classes.
/// </summary>
public sealed class MnistSource : IDataSource
{
    private const int Side = 28, DigitClasses = 10;

    private static readonly string[] Mirrors =
    [
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ];

    /// <inheritdoc/>
    public string Name => "mnist";

    /// <inheritdoc/>
    public string Description => "handwritten digits, 28x28 grey, 60,000 training and 10,000 test samples (LeCun et al. 1998)";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files { get; } =
    [
        File("train-images-idx3-ubyte.gz", 9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
        File("train-labels-idx1-ubyte.gz", 28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        File("t10k-images-idx3-ubyte.gz", 1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
        File("t10k-labels-idx1-ubyte.gz", 4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    ];

    /// <inheritdoc/>
    public Preprocessing Preprocessing => Preprocessing.UnitRange;

    /// <inheritdoc/>
    public TrainingSchedule Schedule => new(Epochs: 20, BatchSize: 256) { Attack = AttackSchedule.Strokes };

    /// <inheritdoc/>
    public string Suite => "mnist-c";

    /// <inheritdoc/>
    public IDataset Load(DataPart part, string dataDirectory)
    {
        var (prefix, name) = part == DataPart.Train ? ("train", "mnist/train") : ("t10k", "mnist/test");
        return IdxImages.Load(name, dataDirectory, Name, prefix, new Shape(Side, Side, 1), DigitClasses);
    }

    private static RemoteFile File(string name, long size, string sha256) =>
        new(name, size, sha256, [.. Mirrors.Select(mirror => new Uri(mirror + name))]);
}
