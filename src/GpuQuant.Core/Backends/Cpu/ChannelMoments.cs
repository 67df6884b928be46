using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// Mean and variance of every column of a matrix, from blocks of rows that different threads may take: each block gives its own mean
/// and sum of squared distances from it, and the blocks are merged in order (Chan, Golub, LeVeque 1979). The result depends on how the
/// rows are cut, not on who does which block.
/// </summary>
internal static unsafe class ChannelMoments
{
    /// <summary>Room for the partial results of so many blocks.</summary>
    public static long WorkspaceBytes(int blocks, int channels) => sizeof(double) * (long)blocks * PartialLength(channels);

    /// <summary>Where a block's partial result stands.</summary>
    public static double* Partial(double* partials, int block, int channels) => partials + (long)block * PartialLength(channels);

    /// <summary>
    /// Writes a block's number of rows, its means and its sums of squared distances. The rows are read twice: a block should fit into
    /// the cache.
    /// </summary>
    [SkipLocalsInit]
    public static void Block(float* rows, int count, int channels, double* partial)
    {
        var sums = stackalloc float[3 * ChannelLanes.MostLanes];
        partial[0] = count;
        for (var first = 0; first < channels; first += ChannelLanes.MostLanes)
        {
            var lanes = new ChannelLanes(Math.Min(ChannelLanes.MostLanes, channels - first));
            Columns(rows + first, count, channels, lanes, sums, partial + 1 + first, partial + 1 + channels + first);
        }
    }

    /// <summary>Merges the blocks into the first; writes the means, then the (biased) variances.</summary>
    public static void Merge(double* partials, int blocks, int channels, float* moments)
    {
        for (var block = 1; block < blocks; block++)
            Merge(partials, Partial(partials, block, channels), channels);
        for (var c = 0; c < channels; c++)
        {
            moments[c] = (float)partials[1 + c];
            moments[channels + c] = (float)(Math.Max(0, partials[1 + channels + c]) / partials[0]);
        }
    }

    private static int PartialLength(int channels) => 1 + 2 * channels;

    private static void Columns(float* x, int rows, int stride, ChannelLanes lanes, float* sums, double* means, double* squares)
    {
        var centres = sums + ChannelLanes.MostLanes;
        var distances = sums + 2 * ChannelLanes.MostLanes;
        var channels = lanes.Channels;
        var rounded = stackalloc float[channels];
        new Span<float>(sums, lanes.Count).Clear();
        lanes.Rows(new SumMap(x, sums), rows, stride);
        lanes.Fold(sums, means);
        for (var c = 0; c < channels; c++)
            rounded[c] = (float)(means[c] / rows);
        lanes.Fill(rounded, centres);
        new Span<float>(sums, lanes.Count).Clear();
        new Span<float>(distances, lanes.Count).Clear();
        lanes.Rows(new DistanceMap(x, centres, distances, sums), rows, stride);
        lanes.Fold(distances, means);
        lanes.Fold(sums, squares);
        for (var c = 0; c < channels; c++)
        {
            // The centre is a rounded mean: the distances from it still have a small one of their own.
            var beside = means[c] / rows;
            squares[c] -= beside * means[c];
            means[c] = rounded[c] + beside;
        }
    }

    private static void Merge(double* all, double* block, int channels)
    {
        var rows = all[0] + block[0];
        var (share, weight) = (block[0] / rows, all[0] * block[0] / rows);
        for (var c = 1; c <= channels; c++)
        {
            var distance = block[c] - all[c];
            all[c] += distance * share;
            all[channels + c] += block[channels + c] + distance * distance * weight;
        }
        all[0] = rows;
    }

    private readonly struct DistanceMap(float* x, float* centres, float* distances, float* squares) : ILaneMap
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Vector(int i, int lane)
        {
            var distance = Vector512.Load(x + i) - Vector512.Load(centres + lane);
            (Vector512.Load(distances + lane) + distance).Store(distances + lane);
            (Vector512.Load(squares + lane) + distance * distance).Store(squares + lane);
        }

        public void Single(int i, int lane)
        {
            var distance = x[i] - centres[lane];
            distances[lane] += distance;
            squares[lane] += distance * distance;
        }
    }
}
