namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// How brightly drops of water shine: brightest a little inside their outline, by the distance to it, embossed from one side. Each step
/// is OpenCV's, borders mirrored without repeating the edge.
/// </summary>
internal static class WaterDrops
{
    private const int Low = 50, High = 150;
    private const float Farthest = 20;

    private static readonly int[] Emboss = [-2, -1, 0, -1, 1, 1, 0, 1, 2];

    /// <summary>The light on each pixel.</summary>
    /// <param name="liquid">How deep the water is, 0 for none; height x width bytes.</param>
    /// <param name="width">The width in pixels.</param>
    /// <param name="gain">The greatest light, where there is any.</param>
    /// <param name="light">Receives as many values, 0 to <paramref name="gain"/>.</param>
    public static void Light(ReadOnlySpan<byte> liquid, int width, float gain, Span<float> light)
    {
        using var rented = new Rented<byte>(2 * liquid.Length);
        var relief = rented.Span[..liquid.Length];
        var other = rented.Span[liquid.Length..];
        ByteEdges.Find(liquid, width, Low, High, other);
        EdgeDistance.Compute(other, width, light);
        foreach (ref var distance in light)
            distance = Math.Min(distance, Farthest);
        Blur(light, width, relief);
        Equalise(relief);
        Correlate(relief, width, Emboss, 1, other);
        Correlate(other, width, [1, 1, 1, 1, 1, 1, 1, 1, 1], 9, relief);
        var greatest = 0f;
        for (var i = 0; i < light.Length; i++)
        {
            light[i] = (float)liquid[i] * relief[i];
            greatest = Math.Max(greatest, light[i]);
        }
        // Without water the published program divides by zero; here nothing shines.
        foreach (ref var value in light)
            value = greatest > 0 ? value / greatest * gain : 0;
    }

    /// <summary>The mean of 3 x 3, truncated.</summary>
    private static void Blur(ReadOnlySpan<float> plane, int width, Span<byte> result)
    {
        var height = plane.Length / width;
        for (var i = 0; i < plane.Length; i++)
        {
            var (row, column, sum) = (i / width, i % width, 0.0);
            for (var tap = 0; tap < 9; tap++)
                sum += plane[Mirror.WithoutEdge(row + tap / 3 - 1, height) * width + Mirror.WithoutEdge(column + tap % 3 - 1, width)];
            result[i] = (byte)(float)(sum * (1.0 / 9));
        }
    }

    /// <summary>Histogram equalisation: levels spread so that equally many pixels lie between equally distant ones.</summary>
    private static void Equalise(Span<byte> plane)
    {
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        foreach (var value in plane)
            counts[value]++;
        var lowest = counts.IndexOfAnyExcept(0);
        if (counts[lowest] == plane.Length)
            return;
        var scale = 255f / (plane.Length - counts[lowest]);
        Span<byte> levels = stackalloc byte[256];
        levels.Clear();
        var sum = 0;
        for (var value = lowest + 1; value < 256; value++)
        {
            sum += counts[value];
            levels[value] = (byte)Math.Clamp((int)MathF.Round(sum * scale), 0, 255);
        }
        foreach (ref var value in plane)
            value = levels[value];
    }

    /// <summary>Correlates with 3 x 3 weights, divides with rounding and limits to bytes.</summary>
    private static void Correlate(ReadOnlySpan<byte> plane, int width, ReadOnlySpan<int> weights, int divisor, Span<byte> result)
    {
        var height = plane.Length / width;
        for (var i = 0; i < plane.Length; i++)
        {
            var (row, column, sum) = (i / width, i % width, 0);
            for (var tap = 0; tap < 9; tap++)
                sum += weights[tap]
                    * plane[Mirror.WithoutEdge(row + tap / 3 - 1, height) * width + Mirror.WithoutEdge(column + tap % 3 - 1, width)];
            result[i] = (byte)Math.Clamp((sum + divisor / 2) / divisor, 0, byte.MaxValue);
        }
    }
}
