using GpuQuant.Numerics;

namespace GpuQuant.Training;

/// <summary>Which samples are for training and which for validation, and the order of an epoch: functions of the seed.</summary>
internal static class EpochOrder
{
    /// <summary>Splits the indices below <paramref name="count"/>; the validation part is drawn once per seed.</summary>
    public static (int[] Training, int[] Validation) Split(int count, double share, ulong seed)
    {
        var indices = new int[count];
        for (var i = 0; i < count; i++)
            indices[i] = i;
        var validation = (int)(count * share);
        if (validation > 0)
            new RandomStream(seed, RandomPurpose.Split).Shuffle(indices);
        var (training, held) = (indices[validation..], indices[..validation]);
        Array.Sort(training);
        Array.Sort(held);
        return (training, held);
    }

    /// <summary>Writes the order of an epoch.</summary>
    public static void Write(ReadOnlySpan<int> training, Span<int> order, ulong seed, int epoch)
    {
        training.CopyTo(order);
        new RandomStream(seed, RandomPurpose.Shuffle, (uint)epoch).Shuffle(order);
    }
}
