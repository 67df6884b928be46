using GpuQuant.Data.Downloads;

namespace GpuQuant.Data;

/// <summary>
/// CIFAR-10 (Krizhevsky 2009, "Learning multiple layers of features from tiny images"), binary version: 50,000 training and 10,000 test
/// images of 32x32x3 in ten classes. It is read from its six batch files, plain or compressed, in the set's folder, in
/// <c>cifar-10-batches-bin</c> as the archive unpacks, or from the archive itself.
/// </summary>
public sealed class Cifar10Source : IDataSource
{
    private const string Archive = "cifar-10-binary.tar.gz", Unpacked = "cifar-10-batches-bin";
    private static readonly string[] TrainingFiles = [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")];
    private static readonly string[] TestFiles = ["test_batch.bin"];

    /// <inheritdoc/>
    public string Name => "cifar10";

    /// <inheritdoc/>
    public string Description => "photographs in ten classes, 32x32 colour, 50,000 training and 10,000 test samples (Krizhevsky 2009)";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files { get; } =
    [
        new(Archive, 170052171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
            [new Uri("https://www.cs.toronto.edu/~kriz/" + Archive)]),
    ];

    /// <inheritdoc/>
    public Preprocessing Preprocessing => Preprocessing.UnitRange;

    /// <inheritdoc/>
    public string Suite => "cifar10-c";

    /// <inheritdoc/>
    public bool SubtractsMeanImage => true;

    /// <inheritdoc/>
    /// <remarks>The study has "up to 200" epochs with fake-quantizers; that 20 without a gain end them is our choice.</remarks>
    public TrainingSchedule Schedule => new(Epochs: 200, BatchSize: 128, Validation: 0.1)
    {
        FloatEpochs = 100,
        QuantizedPatience = 20,
        RetrainingEpochs = 10,
    };

    /// <inheritdoc/>
    public bool IsPresent(string dataDirectory) =>
        Find(dataDirectory, [.. TrainingFiles, .. TestFiles]) is not null || FindArchive(dataDirectory) is not null;

    /// <inheritdoc/>
    public IDataset Load(DataPart part, string dataDirectory)
    {
        var (names, set) = part == DataPart.Train ? (TrainingFiles, "cifar10/train") : (TestFiles, "cifar10/test");
        if (Find(dataDirectory, names) is { } paths)
            return CifarReader.Read(set, paths);
        if (FindArchive(dataDirectory) is { } archive)
            return CifarReader.ReadArchive(set, archive, names);
        var missing = names.First(name => Find(dataDirectory, [name]) is null);
        return CifarReader.Read(set, [DataDirectory.Require(dataDirectory, Name, missing)]);
    }

    /// <summary>The paths of all those files, or null if one is missing.</summary>
    private string[]? Find(string dataDirectory, string[] names)
    {
        var folders = DataDirectory.Folders(dataDirectory, Name).SelectMany(folder => new[] { folder, Path.Combine(folder, Unpacked) });
        var paths = names
            .Select(name => folders.Select(folder => CompressedFile.Find(folder, name)).FirstOrDefault(path => path is not null))
            .OfType<string>().ToArray();
        return paths.Length == names.Length ? paths : null;
    }

    private string? FindArchive(string dataDirectory) =>
        DataDirectory.Folders(dataDirectory, Name).Select(folder => Path.Combine(folder, Archive)).FirstOrDefault(File.Exists);
}
