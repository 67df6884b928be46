using GpuQuant.Data.Downloads;
using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>
/// Fashion-MNIST (Xiao, Rasul, Vollgraf 2017, "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms"):
/// 60,000 training and 10,000 test pictures of clothes in MNIST's format, ten classes.
/// </summary>
/// <remarks>
/// Its files have the very names of MNIST's, so they are looked for in the subfolder <c>fashion_mnist</c> only: in the data folder itself
/// lie perhaps those of MNIST.
/// </remarks>
public sealed class FashionMnistSource : IDataSource
{
    private const string Folder = "fashion_mnist";
    private const int Side = 28, ClothesClasses = 10;
    private const string Mirror = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/";

    // The hashes of the files whose published MD5 sums are 8d4fb7e6..., 25c81989..., bef4ecab... and bb300cfd...
    internal static IReadOnlyList<RemoteFile> TrainingFiles { get; } =
    [
        File("train-images-idx3-ubyte.gz", 26421880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
        File("train-labels-idx1-ubyte.gz", 29515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
    ];

    internal static IReadOnlyList<RemoteFile> TestFiles { get; } =
    [
        File("t10k-images-idx3-ubyte.gz", 4422102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
        File("t10k-labels-idx1-ubyte.gz", 5148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
    ];

    /// <inheritdoc/>
    public string Name => Folder;

    /// <inheritdoc/>
    public string Description => "clothes, 28x28 grey, ten classes, 60,000 training and 10,000 test samples (Xiao et al. 2017)";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files { get; } = [.. TrainingFiles, .. TestFiles];

    /// <inheritdoc/>
    public Preprocessing Preprocessing => Preprocessing.UnitRange;

    /// <inheritdoc/>
    public string Suite => "mnist-c";

    /// <inheritdoc/>
    public bool IsPresent(string dataDirectory) => Has(dataDirectory, Files);

    /// <inheritdoc/>
    public IDataset Load(DataPart part, string dataDirectory) =>
        part == DataPart.Train ? Load("fashion_mnist/train", "train", dataDirectory) : LoadTest(dataDirectory);

    /// <summary>The test part, which is a test set for digits too.</summary>
    internal static ImageDataset LoadTest(string dataDirectory) => Load("fashion_mnist/test", "t10k", dataDirectory);

    /// <summary>Whether those files lie in the subfolder, plain or compressed.</summary>
    internal static bool Has(string dataDirectory, IReadOnlyList<RemoteFile> files) =>
        files.All(file => CompressedFile.Find(Path.Combine(dataDirectory, Folder), file.PlainName) is not null);

    private static ImageDataset Load(string name, string prefix, string dataDirectory) =>
        IdxImages.Load(name, Path.Combine(dataDirectory, Folder), Folder, prefix, new Shape(Side, Side, 1), ClothesClasses);

    private static RemoteFile File(string name, long size, string sha256) => new(name, size, sha256, [new Uri(Mirror + name)]);
}
