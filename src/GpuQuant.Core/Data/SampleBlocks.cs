using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>Reads samples on all cores, block by block: for sets whose samples are computed when they are read.</summary>
public static class SampleBlocks
{
    private const int MostBytes = 1 << 22, MostSamples = 256;

    /// <summary>Reads samples in order; memory holds one block of at most 4 MiB (or of one sample) at a time.</summary>
    /// <param name="set">The set.</param>
    /// <param name="count">How many samples, from the first on.</param>
    /// <param name="use">Takes the bytes of the next samples, on the calling thread.</param>
    /// <param name="progress">Told after each block of the samples done and of <paramref name="count"/>; null for silence.</param>
    /// <param name="cancellation">Stops between two samples.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static void ReadBlocks(this IDataset set, int count, Action<ReadOnlySpan<byte>> use, Action<int, int>? progress = null,
        CancellationToken cancellation = default)
    {
        var length = set.SampleBytes();
        var most = Math.Clamp(MostBytes / length, 1, MostSamples);
        var block = new byte[checked(Math.Min(most, count) * length)];
        var options = new ParallelOptions { CancellationToken = cancellation };
        for (var first = 0; first < count; first += most)
        {
            var (start, samples) = (first, Math.Min(most, count - first));
            Parallel.For(0, samples, options, i => set.Read(start + i, block.AsSpan(i * length, length)));
            use(block.AsSpan(0, samples * length));
            progress?.Invoke(first + samples, count);
        }
    }

    /// <summary>All samples, one after the other.</summary>
    /// <returns>A tensor of count x the sample's shape.</returns>
    /// <exception cref="UsageException">The set exceeds 2 GiB.</exception>
    public static Tensor ReadAll(this IDataset set, Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        if ((long)set.Count * set.SampleBytes() > Array.MaxLength)
            throw new UsageException($"The {set.Count} samples of {set.Name} exceed 2 GiB and cannot be held in memory; take fewer.");
        var (all, next) = (new Tensor(set.SampleType, set.SampleShape.Prepend(set.Count)), 0);
        set.ReadBlocks(set.Count, block =>
        {
            block.CopyTo(all.Bytes[next..]);
            next += block.Length;
        }, progress, cancellation);
        return all;
    }

    /// <summary>The bytes of one sample.</summary>
    internal static int SampleBytes(this IDataset set) => checked((int)set.SampleShape.Count * set.SampleType.Size());
}
