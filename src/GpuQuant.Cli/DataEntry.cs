using GpuQuant.Data;
using GpuQuant.Data.Downloads;
using GpuQuant.Numerics;
using GpuQuant.Shifts;

namespace GpuQuant.Cli;

/// <summary>Something that the data folder may hold: a data set, a natural test set or a published suite of shifted test sets.</summary>
/// <param name="Name">The name that users give.</param>
/// <param name="Folder">Its subfolder of the data folder.</param>
/// <param name="Description">One line.</param>
/// <param name="Files">What is fetched.</param>
/// <param name="IsPresent">Whether a data folder holds it.</param>
/// <param name="ByHand">How to get it where it cannot be fetched; null where it can.</param>
/// <param name="Suite">The suite, if it is one: its archive is unpacked.</param>
internal sealed record DataEntry(
    string Name, string Folder, string Description, IReadOnlyList<RemoteFile> Files, Func<string, bool> IsPresent,
    string? ByHand = null, IShiftSuite? Suite = null)
{
    /// <summary>Whether it needs no files at all.</summary>
    public bool IsEmbedded => Files.Count == 0 && ByHand is null;

    /// <summary>Data sets, natural test sets, suites.</summary>
    public static IReadOnlyList<DataEntry> All =>
    [
        .. Catalog.All<IDataSource>().Select(source =>
            new DataEntry(source.Name, source.Name, source.Description, source.Files, source.IsPresent, source.ByHand)),
        .. Catalog.All<INaturalTestSet>().Select(set =>
            new DataEntry(set.Name, set.Folder, $"test set of {set.DataSet}: {set.Description}", set.Files, set.IsPresent,
                set.ByHand)),
        .. Catalog.All<IShiftSuite>().Select(suite => new DataEntry(
            suite.Name, suite.Name, $"test sets of {suite.DataSet}: {suite.Description}", suite.Files,
            directory => suite.Find(directory) is not null, Suite: suite)),
    ];

    /// <summary>All names, for descriptions.</summary>
    public static string Names => string.Join(", ", All.Select(entry => entry.Name).Distinct());

    /// <summary>The entry of a name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static DataEntry Get(string name) => All.FirstOrDefault(entry => entry.Name == name)
        ?? throw new UsageException($"Unknown data set '{name}'. Known: {Names}.");
}
