using System.Buffers;

namespace GpuQuant.Data;

/// <summary>
/// Makes pictures of bytes larger or smaller, bilinearly, pixel centres aligned, as Pillow's <c>resize(size, BILINEAR)</c> does, which
/// WILDS's own loader uses: a result pixel is the mean of the source pixels around its centre, weighted by a triangle that reaches one
/// source pixel either way, or one result pixel where the picture shrinks, so that no source pixel is passed over. First along rows, then
/// along columns, each rounded half up to bytes; the weights are fixed-point numbers, so that every machine gives the same bytes.
/// </summary>
/// <example>
/// From two pixels to four: the result's centres lie at 0.25, 0.75, 1.25 and 1.75 of the source, whose centres lie at 0.5 and 1.5. So
/// 0 and 100 become 0, 25, 75 and 100.
/// </example>
internal static class BilinearResize
{
    private const int FractionBits = 22;

    /// <summary>Resizes one picture.</summary>
    /// <param name="source">Height x width pixels of <paramref name="step"/> bytes, of which the first are the channels.</param>
    /// <param name="size">Height and width of the source.</param>
    /// <param name="step">Bytes from a source pixel to the next, at least <paramref name="channels"/>.</param>
    /// <param name="destination">Takes new height x new width x channels bytes.</param>
    /// <param name="newSize">Height and width of the result.</param>
    /// <param name="channels">Channels to take.</param>
    public static void Apply(ReadOnlySpan<byte> source, (int Height, int Width) size, int step,
        Span<byte> destination, (int Height, int Width) newSize, int channels)
    {
        var along = Weights(size.Width, newSize.Width);
        var across = Weights(size.Height, newSize.Height);
        var row = newSize.Width * channels;
        var rented = ArrayPool<byte>.Shared.Rent(size.Height * row);
        for (var y = 0; y < size.Height; y++)
            ResizeRow(source.Slice(y * size.Width * step, size.Width * step), step, along, rented.AsSpan(y * row, row), channels);
        for (var y = 0; y < newSize.Height; y++)
            MixRows(rented.AsSpan(across[y].First * row), across[y].Values, destination.Slice(y * row, row));
        ArrayPool<byte>.Shared.Return(rented);
    }

    private static void ResizeRow(ReadOnlySpan<byte> source, int step, (int First, int[] Values)[] weights, Span<byte> row, int channels)
    {
        for (var x = 0; x < weights.Length; x++)
        {
            var (first, values) = weights[x];
            for (var c = 0; c < channels; c++)
            {
                var sum = 1 << (FractionBits - 1);
                for (var i = 0; i < values.Length; i++)
                    sum += values[i] * source[(first + i) * step + c];
                row[x * channels + c] = (byte)(sum >> FractionBits);
            }
        }
    }

    private static void MixRows(ReadOnlySpan<byte> rows, int[] values, Span<byte> destination)
    {
        for (var x = 0; x < destination.Length; x++)
        {
            var sum = 1 << (FractionBits - 1);
            for (var i = 0; i < values.Length; i++)
                sum += values[i] * rows[i * destination.Length + x];
            destination[x] = (byte)(sum >> FractionBits);
        }
    }

    /// <summary>For each result position the first source position and the weights from there on; they add up to 1.</summary>
    private static (int First, int[] Values)[] Weights(int source, int result)
    {
        var scale = (double)source / result;
        var reach = Math.Max(scale, 1);
        var weights = new (int, int[])[result];
        for (var i = 0; i < result; i++)
        {
            var centre = (i + 0.5) * scale;
            var first = Math.Max((int)(centre - reach + 0.5), 0);
            var triangle = new double[Math.Min((int)(centre + reach + 0.5), source) - first];
            for (var j = 0; j < triangle.Length; j++)
                triangle[j] = Math.Max(1 - Math.Abs((first + j - centre + 0.5) * (1 / reach)), 0);
            var sum = 0.0;
            foreach (var value in triangle)
                sum += value;
            weights[i] = (first, Array.ConvertAll(triangle, value => (int)(0.5 + value / sum * (1 << FractionBits))));
        }
        return weights;
    }
}
