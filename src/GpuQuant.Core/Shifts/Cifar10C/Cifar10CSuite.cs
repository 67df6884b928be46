using GpuQuant.Data;
using GpuQuant.Data.Downloads;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// CIFAR-10-C (Hendrycks and Dietterich 2019, "Benchmarking neural network robustness to common corruptions and perturbations"): an array
/// per corruption with CIFAR-10's test set at severity 1, 2, 3, 4 and 5, one after the other, and one array of labels for all.
/// </summary>
public sealed class Cifar10CSuite : IShiftSuite
{
    private const int Severities = 5;
    private const string Archive = "CIFAR-10-C.tar", Labels = "labels.npy";

    /// <inheritdoc/>
    public string Name => "cifar10-c";

    /// <inheritdoc/>
    public string Description => "19 corruptions at 5 severities (CIFAR-10-C, Hendrycks and Dietterich 2019)";

    /// <inheritdoc/>
    public string DataSet => "cifar10";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files { get; } =
    [
        new(Archive, 2918471680, "c72763e101c723b7c507b96205f7e938912a5d587376173b825850cf3cb876a7",
            [new Uri("https://zenodo.org/record/2535967/files/" + Archive)]),
    ];

    /// <summary>19 arrays of 153.6 MB are 2.9 GB.</summary>
    public ArchiveLimits Limits => new(4L << 30);

    /// <inheritdoc/>
    public string UnpackedFolder => "CIFAR-10-C";

    /// <inheritdoc/>
    public PublishedArrays? Arrays(string folder, IShift shift, int severity) =>
        new(CompressedFile.FindOrPlain(folder, shift.Name + ".npy"), CompressedFile.FindOrPlain(folder, Labels), severity - 1, Severities);

    /// <summary>
    /// Writes <c>fog.npy</c> with the given severities one after the other (<c>train_fog.npy</c> for the training part), and
    /// <c>labels.npy</c> (bytes), always five times the labels as published: a single severity's are its first ones.
    /// </summary>
    public IReadOnlyList<string> Write(string folder, string name, DataPart part, IReadOnlyList<(int Severity, IDataset Set)> sets,
        int count, Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        var prefix = part == DataPart.Train ? "train_" : "";
        var paths = new[] { Path.Combine(folder, $"{prefix}{name}.npy"), Path.Combine(folder, prefix + Labels) };
        PublishedLayout.WriteImages(paths[0], [.. sets.Select(entry => entry.Set)], count, progress, cancellation);
        PublishedLayout.WriteByteLabels(paths[1], sets[0].Set, count, Severities);
        return paths;
    }
}
