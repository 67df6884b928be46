using GpuQuant.Data.Downloads;
using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>
/// CIFAR-10.1 (Recht, Roelofs, Schmidt, Shankar 2018, "Do CIFAR-10 classifiers generalize to CIFAR-10?"): photographs collected anew in
/// the same way as CIFAR-10's test set, a natural shift for <c>cifar10</c>. Version 6 (2,000 images, balanced) is read, version 4
/// (2,021 images) where only that lies in the folder.
/// </summary>
public sealed class Cifar101TestSet : INaturalTestSet
{
    private static readonly string[] Versions = ["v6", "v4"];

    /// <inheritdoc/>
    public string Name => "cifar10.1";

    /// <inheritdoc/>
    public string Description => "photographs collected anew for CIFAR-10's classes, 2,000 samples (Recht et al. 2018)";

    /// <inheritdoc/>
    public string DataSet => "cifar10";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files => [];

    /// <inheritdoc/>
    public string ByHand => "get cifar10.1_v6_data.npy and cifar10.1_v6_labels.npy from the folder datasets of "
        + "https://github.com/modestyachts/CIFAR-10.1 and put them into the subfolder cifar10.1";

    /// <inheritdoc/>
    public bool IsPresent(string dataDirectory) => Find(dataDirectory) is not null;

    /// <inheritdoc/>
    public IDataset Load(string dataDirectory)
    {
        var (data, labels) = Find(dataDirectory)
            ?? throw new DataException($"The data folder '{dataDirectory}' holds no CIFAR-10.1; {ByHand}.");
        return NpyImages.Load("cifar10.1/test", data, labels, new Shape(32, 32, 3), 10);
    }

    private (string Data, string Labels)? Find(string dataDirectory)
    {
        foreach (var version in Versions)
            foreach (var folder in DataDirectory.Folders(dataDirectory, Name))
            {
                var (data, labels) = (PathOf(folder, version, "data"), PathOf(folder, version, "labels"));
                if (File.Exists(data) && File.Exists(labels))
                    return (data, labels);
            }
        return null;
    }

    private static string PathOf(string folder, string version, string what) =>
        CompressedFile.FindOrPlain(folder, $"cifar10.1_{version}_{what}.npy");
}
