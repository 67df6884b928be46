using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>
/// The layout in which MNIST-C is published: a folder per shift with <c>test_images.npy</c> (bytes, count x height x width x channels)
/// and <c>test_labels.npy</c> (64-bit integers, count), and the same for <c>train</c>.
/// </summary>
public static class PublishedLayout
{
    /// <summary>Writes the first samples of a set; each file appears whole or not at all.</summary>
    /// <param name="set">The set, shifted or not.</param>
    /// <param name="folder">The folder of this shift, made if it does not exist: <c>OUT/rotate</c>.</param>
    /// <param name="part">Which part of the data this is, for the names.</param>
    /// <param name="count">How many samples, 1 to the set's count.</param>
    /// <returns>The paths of the images and of the labels.</returns>
    /// <exception cref="UsageException">The count is outside the set, or the arrays would exceed 2 GiB.</exception>
    /// <exception cref="DataException">The folder cannot be written.</exception>
    public static (string Images, string Labels) Write(IDataset set, string folder, DataPart part, int count)
    {
        var stride = set.SampleShape.Count * set.SampleType.Size();
        if (count < 1 || count > set.Count)
            throw new UsageException($"{set.Name} has {set.Count} samples, so {count} of them cannot be written; give 1 to {set.Count}.");
        if (stride * count > Array.MaxLength)
            throw new UsageException($"{count} samples of {set.Name} exceed 2 GiB; give at most {Array.MaxLength / stride}.");
        var bytes = new byte[stride * count];
        var labels = new long[count];
        Parallel.For(0, count, i =>
        {
            set.Read(i, bytes.AsSpan(i * (int)stride, (int)stride));
            labels[i] = set.Label(i);
        });
        var prefix = Path.Combine(folder, part == DataPart.Train ? "train" : "test");
        var paths = (Images: prefix + "_images.npy", Labels: prefix + "_labels.npy");
        NpyFile.Write(paths.Images, new Tensor(set.SampleType, set.SampleShape.Prepend(count), bytes));
        NpyFile.Write(paths.Labels, Tensor.From<long>(labels, new Shape(count)));
        return paths;
    }
}
