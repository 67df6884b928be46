using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>Reads a shifted test set from published .npy files: only its own block, compared with the original's labels.</summary>
public static class PublishedSet
{
    /// <summary>Reads one set.</summary>
    /// <param name="name">The set's name in result rows.</param>
    /// <param name="arrays">Where it lies.</param>
    /// <param name="original">The original test set, whole: sample i of both is the same picture.</param>
    /// <exception cref="DataException">
    /// A file is missing or damaged, of another size than the original set, or labels a sample differently.
    /// </exception>
    public static IDataset Read(string name, PublishedArrays arrays, IDataset original)
    {
        CheckLabels(arrays, original);
        var (type, shape) = NpyFile.ReadHeader(arrays.Images);
        var expected = original.SampleShape.Prepend(checked(arrays.Blocks * original.Count));
        // Grey images are published with and without their last dimension of 1.
        if (type != original.SampleType || shape.Count != expected.Count || shape.Length == 0 || shape[0] != expected[0])
            throw new DataException($"'{arrays.Images}' holds {type} of {shape}, expected {original.SampleType} of {expected} for "
                + $"{original.Name}; {Advice}.");
        var block = NpyFile.ReadRows(arrays.Images, arrays.Block * original.Count, original.Count);
        var samples = new Tensor(block.Type, original.SampleShape.Prepend(original.Count), block.Bytes.ToArray());
        return new InMemoryDataset(name, samples, original);
    }

    private const string Advice = "fetch the published files again, or move them away to have the set computed";

    private static void CheckLabels(PublishedArrays arrays, IDataset original)
    {
        var (_, shape) = NpyFile.ReadHeader(arrays.Labels);
        if (shape.Length != 1 || shape[0] != arrays.Blocks * original.Count)
            throw new DataException($"'{arrays.Labels}' has the shape {shape}, expected {arrays.Blocks * original.Count} labels "
                + $"({arrays.Blocks} times the {original.Count} of {original.Name}); {Advice}.");
        var labels = NpyImages.Integers(
            NpyFile.ReadRows(arrays.Labels, arrays.Block * original.Count, original.Count), arrays.Labels, Advice);
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] != original.Label(i))
                throw new DataException($"'{arrays.Labels}' gives sample {i} the label {labels[i]}, and {original.Name} gives it "
                    + $"{original.Label(i)}: the files do not belong to this data set; {Advice}.");
    }
}
