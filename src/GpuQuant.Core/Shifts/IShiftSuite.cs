using GpuQuant.Data;
using GpuQuant.Data.Downloads;

namespace GpuQuant.Shifts;

/// <summary>
/// A published benchmark of shifted test sets, <c>mnist-c</c>: where its files come from, how they lie in a data folder, and how sets in
/// its layout are written.
/// </summary>
public interface IShiftSuite : INamed
{
    /// <summary>One line for <c>gpuquant data list</c>.</summary>
    string Description { get; }

    /// <summary>The data set whose test set was shifted: <c>mnist</c>.</summary>
    string DataSet { get; }

    /// <summary>The archives that hold it, in the data folder's subfolder of its name.</summary>
    IReadOnlyList<RemoteFile> Files { get; }

    /// <summary>What its archive may unpack to.</summary>
    ArchiveLimits Limits { get; }

    /// <summary>The folder that its archive unpacks to: <c>mnist_c</c>.</summary>
    string UnpackedFolder { get; }

    /// <summary>
    /// Where it publishes a shift at a severity, or null where it does not. The files may lie there compressed, as <c>.gz</c> or
    /// <c>.br</c>; where one is missing, its plain path stands for it.
    /// </summary>
    /// <param name="folder">The unpacked folder.</param>
    /// <param name="shift">One of the suite's shifts.</param>
    /// <param name="severity">1 to the shift's severities.</param>
    PublishedArrays? Arrays(string folder, IShift shift, int severity);

    /// <summary>Writes a shifted set in the suite's layout; each file appears whole or not at all.</summary>
    /// <param name="folder">The folder that stands for the unpacked one, made if it does not exist.</param>
    /// <param name="name">The shift's name in files: <c>fog</c>.</param>
    /// <param name="part">Which part of the data this is.</param>
    /// <param name="sets">The set at one severity, or at all in order, each with the severity.</param>
    /// <param name="count">How many samples of each, 1 to their count.</param>
    /// <param name="progress">Told of the samples done and of all; null for silence.</param>
    /// <param name="cancellation">Stops; a file that is not whole does not remain.</param>
    /// <returns>The paths of the files.</returns>
    /// <exception cref="Numerics.DataException">A file cannot be written.</exception>
    IReadOnlyList<string> Write(string folder, string name, DataPart part, IReadOnlyList<(int Severity, IDataset Set)> sets, int count,
        Action<int, int>? progress = null, CancellationToken cancellation = default);

    /// <summary>
    /// The unpacked folder in a data folder: <c>DIR/mnist-c/mnist_c</c>, as <c>gpuquant data get mnist-c</c> makes it, or
    /// <c>DIR/mnist_c</c>; null where neither exists.
    /// </summary>
    string? Find(string dataDirectory) => DataDirectory.Folders(dataDirectory, Name)
        .Select(folder => Path.Combine(folder, UnpackedFolder)).FirstOrDefault(Directory.Exists);
}
