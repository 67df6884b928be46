using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// Mean, variance, least and greatest value of every column of a matrix, from blocks of rows that different threads may take: each block
/// gives its own mean and sum of squared distances from it, and the blocks are merged in order (Chan, Golub, LeVeque 1979). The result
/// depends on how the rows are cut, not on who does which block.
/// </summary>
internal static unsafe class ChannelMoments
{
    private const int Tables = 4;

    /// <summary>Room for the partial results of so many blocks.</summary>
    public static long WorkspaceBytes(int blocks, int channels) => sizeof(double) * (long)blocks * PartialLength(channels);

    /// <summary>Where a block's partial result stands.</summary>
    public static double* Partial(double* partials, int block, int channels) => partials + (long)block * PartialLength(channels);

    /// <summary>
    /// Writes a block's number of rows, its means, its sums of squared distances, its least and its greatest values. The rows are read
    /// twice: a block should fit into the cache.
    /// </summary>
    [SkipLocalsInit]
    public static void Block(float* rows, int count, int channels, double* partial)
    {
        var tables = stackalloc float[Tables * ChannelLanes.MostLanes];
        partial[0] = count;
        for (var first = 0; first < channels; first += ChannelLanes.MostLanes)
        {
            var lanes = new ChannelLanes(Math.Min(ChannelLanes.MostLanes, channels - first));
            Columns(rows + first, count, channels, lanes, tables, partial + 1 + first);
        }
    }

    /// <summary>Merges the blocks into the first; writes the means, the (biased) variances, the least and the greatest values.</summary>
    public static void Merge(double* partials, int blocks, int channels, float* moments)
    {
        for (var block = 1; block < blocks; block++)
            Merge(partials, Partial(partials, block, channels), channels);
        for (var c = 0; c < channels; c++)
        {
            moments[c] = (float)partials[1 + c];
            moments[channels + c] = (float)(Math.Max(0, partials[1 + channels + c]) / partials[0]);
            moments[2 * channels + c] = (float)partials[1 + 2 * channels + c];
            moments[3 * channels + c] = (float)partials[1 + 3 * channels + c];
        }
    }

    private static int PartialLength(int channels) => 1 + 4 * channels;

    private static void Columns(float* x, int rows, int stride, ChannelLanes lanes, float* sums, double* means)
    {
        var least = sums + ChannelLanes.MostLanes;
        var greatest = sums + 2 * ChannelLanes.MostLanes;
        new Span<float>(sums, lanes.Count).Clear();
        new Span<float>(least, lanes.Count).Fill(float.PositiveInfinity);
        new Span<float>(greatest, lanes.Count).Fill(float.NegativeInfinity);
        lanes.Rows(new RangeMap(x, sums, least, greatest), rows, stride);
        FoldRange(lanes, least, greatest, means + 2L * stride, means + 3L * stride);
        lanes.Fold(sums, means);
        Squares(x, rows, stride, lanes, sums, means);
    }

    /// <summary>The second time over the rows: turns the sums into means, and adds up squared distances from them.</summary>
    private static void Squares(float* x, int rows, int stride, ChannelLanes lanes, float* sums, double* means)
    {
        var centres = sums + ChannelLanes.MostLanes;
        var distances = sums + 2 * ChannelLanes.MostLanes;
        var rounded = sums + 3 * ChannelLanes.MostLanes;
        var squares = means + stride;
        for (var c = 0; c < lanes.Channels; c++)
            rounded[c] = (float)(means[c] / rows);
        lanes.Fill(rounded, centres);
        new Span<float>(sums, lanes.Count).Clear();
        new Span<float>(distances, lanes.Count).Clear();
        lanes.Rows(new DistanceMap(x, centres, distances, sums), rows, stride);
        lanes.Fold(distances, means);
        lanes.Fold(sums, squares);
        for (var c = 0; c < lanes.Channels; c++)
        {
            // The centre is a rounded mean: the distances from it still have a small one of their own.
            var beside = means[c] / rows;
            squares[c] -= beside * means[c];
            means[c] = rounded[c] + beside;
        }
    }

    private static void FoldRange(ChannelLanes lanes, float* least, float* greatest, double* minima, double* maxima)
    {
        new Span<double>(minima, lanes.Channels).Fill(double.PositiveInfinity);
        new Span<double>(maxima, lanes.Channels).Fill(double.NegativeInfinity);
        for (var lane = 0; lane < lanes.Count; lane++)
        {
            var c = lanes.ChannelOf(lane);
            (minima[c], maxima[c]) = (Math.Min(minima[c], least[lane]), Math.Max(maxima[c], greatest[lane]));
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
            all[2 * channels + c] = Math.Min(all[2 * channels + c], block[2 * channels + c]);
            all[3 * channels + c] = Math.Max(all[3 * channels + c], block[3 * channels + c]);
        }
        all[0] = rows;
    }

    /// <summary>Sums and ranges. A value that is no number may be missing from the ranges, not from the sums.</summary>
    private readonly struct RangeMap(float* x, float* sums, float* least, float* greatest) : ILaneMap
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Vector(int i, int lane)
        {
            var value = Vector512.Load(x + i);
            (Vector512.Load(sums + lane) + value).Store(sums + lane);
            Vector512.MinNative(value, Vector512.Load(least + lane)).Store(least + lane);
            Vector512.MaxNative(value, Vector512.Load(greatest + lane)).Store(greatest + lane);
        }

        public void Single(int i, int lane)
        {
            sums[lane] += x[i];
            least[lane] = x[i] < least[lane] ? x[i] : least[lane];
            greatest[lane] = x[i] > greatest[lane] ? x[i] : greatest[lane];
        }
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
