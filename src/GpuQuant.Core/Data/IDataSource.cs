using GpuQuant.Data.Downloads;

namespace GpuQuant.Data;

/// <summary>The two parts in which every data set of the study comes.</summary>
public enum DataPart
{
    /// <summary>The training set.</summary>
    Train,
    /// <summary>The original, unshifted test set.</summary>
    Test,
}

/// <summary>A data set that users name: <c>mnist</c>, read from files, or <c>glyphs</c>, made by our own code.</summary>
public interface IDataSource : INamed
{
    /// <summary>One line for <c>gpuquant data list</c>.</summary>
    string Description { get; }

    /// <summary>The files it is read from; none for an embedded set or without published hashes (<see cref="ByHand"/>).</summary>
    IReadOnlyList<RemoteFile> Files { get; }

    /// <summary>Where to get it and where to put it if it cannot be fetched: <c>get it from ...</c>; null for all others.</summary>
    string? ByHand => null;

    /// <summary>Whether it needs no files at all.</summary>
    bool IsEmbedded => Files.Count == 0 && ByHand is null;

    /// <summary>How its samples become float input, but for what <see cref="SubtractsMeanImage"/> adds.</summary>
    Preprocessing Preprocessing { get; }

    /// <summary>Whether the mean image of the training set is subtracted too.</summary>
    bool SubtractsMeanImage => false;

    /// <summary>How long nets are trained on it.</summary>
    TrainingSchedule Schedule => new(Epochs: 20, BatchSize: 256);

    /// <summary>
    /// The suite of shifts that the study tests its models with, <c>mnist-c</c>; null where it is tested on natural test sets.
    /// </summary>
    string? Suite => null;

    /// <summary>How its samples become float input after training on the given set: the mean image is that set's.</summary>
    Preprocessing PreprocessingFor(IDataset training) => SubtractsMeanImage ? Preprocessing.WithMeanOf(training) : Preprocessing;

    /// <summary>Whether everything it is read from lies in the data folder, plain or compressed.</summary>
    bool IsPresent(string dataDirectory) => Files.All(file => DataDirectory.Find(dataDirectory, Name, file.PlainName) is not null);

    /// <summary>Loads one part.</summary>
    /// <param name="part">Train or test.</param>
    /// <param name="dataDirectory">
    /// The data folder (<c>--data-dir</c>); the files lie in it directly or in a subfolder named like the set. Unused by embedded sets.
    /// </param>
    /// <exception cref="Numerics.DataException">The files are missing or damaged; says which and how to get them.</exception>
    IDataset Load(DataPart part, string dataDirectory);
}
