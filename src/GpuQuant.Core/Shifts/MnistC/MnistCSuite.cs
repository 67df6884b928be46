using GpuQuant.Data;
using GpuQuant.Data.Downloads;

namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// MNIST-C (Mu and Gilmer 2019, "MNIST-C: A robustness benchmark for computer vision"): a folder per corruption, each at its default
/// severity, with the images and labels of MNIST's two parts.
/// </summary>
public sealed class MnistCSuite : IShiftSuite
{
    private const string Archive = "mnist_c.zip";

    /// <inheritdoc/>
    public string Name => "mnist-c";

    /// <inheritdoc/>
    public string Description => "15 corruptions and a copy, each at one severity (MNIST-C, Mu and Gilmer 2019)";

    /// <inheritdoc/>
    public string DataSet => "mnist";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files { get; } =
    [
        new(Archive, 246661575, "af9ee8c6a815870c7fdde5af84c7bf8db0bcfa1f41056db83871037fba70e493",
            [new Uri("https://zenodo.org/record/3239543/files/" + Archive)]),
    ];

    /// <summary>16 folders of 70,000 images of 784 bytes are 0.9 GB.</summary>
    public ArchiveLimits Limits => new(2L << 30);

    /// <inheritdoc/>
    public string UnpackedFolder => "mnist_c";

    /// <inheritdoc/>
    public PublishedArrays? Arrays(string folder, IShift shift, int severity) => severity != shift.DefaultSeverity ? null
        : new(CompressedFile.FindOrPlain(Path.Combine(folder, shift.Name), "test_images.npy"),
            CompressedFile.FindOrPlain(Path.Combine(folder, shift.Name), "test_labels.npy"));

    /// <summary>
    /// Writes <c>fog/test_images.npy</c> and <c>fog/test_labels.npy</c> (64-bit integers); several severities, which MNIST-C does not
    /// publish, go to <c>fog-1</c>, <c>fog-2</c>, ...
    /// </summary>
    public IReadOnlyList<string> Write(string folder, string name, DataPart part, IReadOnlyList<(int Severity, IDataset Set)> sets,
        int count, Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        var (paths, all) = (new List<string>(), count * sets.Count);
        foreach (var (number, (severity, set)) in sets.Index())
        {
            var target = Path.Combine(folder, sets.Count == 1 ? name : FormattableString.Invariant($"{name}-{severity}"));
            var (images, labels) = PublishedLayout.Write(
                set, target, part, count, (done, _) => progress?.Invoke(number * count + done, all), cancellation);
            paths.AddRange([images, labels]);
        }
        return paths;
    }
}
