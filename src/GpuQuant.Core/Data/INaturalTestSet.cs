using GpuQuant.Data.Downloads;

namespace GpuQuant.Data;

/// <summary>
/// A test set that was collected elsewhere rather than computed from the original one: USPS digits for <c>mnist</c>, <c>cr</c> and
/// <c>yelp</c> reviews for <c>imdb</c>. Its samples have the shape and the classes of the set that it belongs to.
/// </summary>
public interface INaturalTestSet : INamed
{
    /// <summary>One line for <c>gpuquant data list</c>.</summary>
    string Description { get; }

    /// <summary>The data set that models are trained on to be tested here: <c>mnist</c>.</summary>
    string DataSet { get; }

    /// <summary>
    /// The files it is read from, in the data folder's subfolder <see cref="Folder"/>; none for an embedded set or
    /// without published hashes (<see cref="ByHand"/>).
    /// </summary>
    IReadOnlyList<RemoteFile> Files { get; }

    /// <summary>Where to get it and where to put it if it cannot be fetched: <c>get it from ...</c>; null for all others.</summary>
    string? ByHand => null;

    /// <summary>Whether it needs no files at all.</summary>
    bool IsEmbedded => Files.Count == 0 && ByHand is null;

    /// <summary>The subfolder of the data folder that holds its files.</summary>
    string Folder => Name;

    /// <summary>Whether everything it is read from lies in the data folder, plain or compressed.</summary>
    bool IsPresent(string dataDirectory) => Files.All(file => DataDirectory.Find(dataDirectory, Folder, file.PlainName) is not null);

    /// <summary>Loads it.</summary>
    /// <param name="dataDirectory">The data folder (<c>--data-dir</c>). Unused by embedded sets.</param>
    /// <exception cref="Numerics.DataException">The files are missing or damaged; says which and how to get them.</exception>
    IDataset Load(string dataDirectory);
}
