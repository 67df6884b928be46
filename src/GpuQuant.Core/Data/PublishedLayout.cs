using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>
/// The arrays in which shifted image sets are published, written block by block: memory does not grow with the sets.
/// </summary>
public static class PublishedLayout
{
    /// <summary>
    /// Writes the first samples of a set as MNIST-C is published: <c>test_images.npy</c> (bytes, count x height x width x channels) and
    /// <c>test_labels.npy</c> (64-bit integers, count), and the same for <c>train</c>.
    /// </summary>
    /// <param name="set">The set, shifted or not.</param>
    /// <param name="folder">The folder of this shift, made if it does not exist: <c>OUT/rotate</c>.</param>
    /// <param name="part">Which part of the data this is, for the names.</param>
    /// <param name="count">How many samples, 1 to the set's count.</param>
    /// <param name="progress">Told of the samples done and of <paramref name="count"/>; null for silence.</param>
    /// <param name="cancellation">Stops; a file that is not whole does not remain.</param>
    /// <returns>The paths of the images and of the labels.</returns>
    /// <exception cref="UsageException">The count is outside the set.</exception>
    /// <exception cref="DataException">The folder cannot be written.</exception>
    public static (string Images, string Labels) Write(IDataset set, string folder, DataPart part, int count,
        Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        var prefix = Path.Combine(folder, part == DataPart.Train ? "train" : "test");
        var paths = (Images: prefix + "_images.npy", Labels: prefix + "_labels.npy");
        WriteImages(paths.Images, [set], count, progress, cancellation);
        var labels = Enumerable.Range(0, count).Select(i => (long)set.Label(i)).ToArray();
        NpyFile.Write(paths.Labels, Tensor.From<long>(labels, new Shape(count)));
        return paths;
    }

    /// <summary>Writes the first samples of several sets, one set after the other, as one array.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="sets">Sets with samples of one type and shape.</param>
    /// <param name="count">How many samples of each.</param>
    /// <param name="progress">Told of the samples done and of all; null for silence.</param>
    /// <param name="cancellation">Stops; no file remains.</param>
    /// <exception cref="UsageException">The count is outside the sets.</exception>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void WriteImages(string path, IReadOnlyList<IDataset> sets, int count, Action<int, int>? progress = null,
        CancellationToken cancellation = default)
    {
        var (first, all) = (sets[0], checked(count * sets.Count));
        if (count < 1 || count > first.Count)
            throw new UsageException(
                $"{first.Name} has {first.Count} samples, so {count} of them cannot be written; give 1 to {first.Count}.");
        NpyFile.Write(path, first.SampleType, first.SampleShape.Prepend(all), stream =>
        {
            foreach (var (number, set) in sets.Index())
                set.ReadBlocks(count, stream.Write, (done, _) => progress?.Invoke(number * count + done, all), cancellation);
        });
    }

    /// <summary>Writes the first labels of a set as bytes, several times over.</summary>
    /// <exception cref="UsageException">The set has more than 256 classes.</exception>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void WriteByteLabels(string path, IDataset set, int count, int times)
    {
        if (set.Classes > byte.MaxValue + 1)
            throw new UsageException($"{set.Name} has {set.Classes} classes; labels of this layout are bytes, for at most 256.");
        var labels = Enumerable.Range(0, count).Select(i => (byte)set.Label(i)).ToArray();
        NpyFile.Write(path, DType.UInt8, new Shape(count * times), stream =>
        {
            for (var time = 0; time < times; time++)
                stream.Write(labels);
        });
    }
}
