namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// Halves a plane's sides and doubles them again as libjpeg does with the colour differences (2 x 2, "fancy" upsampling).
/// </summary>
internal static class ChromaSampling
{
    /// <summary>
    /// The mean of each 2 x 2 pixels, a half rounded down in even columns and up in odd ones; the edge is repeated up to the half plane's
    /// size (a multiple of 8).
    /// </summary>
    public static void Halve(ReadOnlySpan<byte> plane, int height, int width, Span<byte> half, int halfWidth)
    {
        var lastRow = (height - 1) / 2;
        for (var row = 0; row < half.Length / halfWidth; row++)
        {
            var upper = plane.Slice(2 * Math.Min(row, lastRow) * width, width);
            var lower = plane.Slice(Math.Min(2 * Math.Min(row, lastRow) + 1, height - 1) * width, width);
            for (var column = 0; column < halfWidth; column++)
            {
                var (left, right) = (Math.Min(2 * column, width - 1), Math.Min(2 * column + 1, width - 1));
                half[row * halfWidth + column] = (byte)((upper[left] + upper[right] + lower[left] + lower[right] + 1 + (column & 1)) >> 2);
            }
        }
    }

    /// <summary>
    /// Every pixel becomes 9/16 of the half plane's nearest, 3/16 of the nearest beside it, 3/16 of that above or below and 1/16 of the
    /// one across, the edge being repeated. Planes of one or two pixels' width just repeat their pixels.
    /// </summary>
    public static void Double(ReadOnlySpan<byte> half, int halfWidth, int height, int width, Span<byte> plane)
    {
        var (lastRow, lastColumn) = ((height - 1) / 2, (width - 1) / 2);
        for (var row = 0; row < height; row++)
        {
            var near = half.Slice(row / 2 * halfWidth, halfWidth);
            var far = half.Slice(Math.Clamp((row & 1) == 0 ? row / 2 - 1 : row / 2 + 1, 0, lastRow) * halfWidth, halfWidth);
            for (var column = 0; column < width; column++)
            {
                var (own, odd) = (column / 2, column & 1);
                var beside = Math.Clamp(odd == 0 ? own - 1 : own + 1, 0, lastColumn);
                plane[row * width + column] = lastColumn < 2
                    ? near[own]
                    : (byte)((3 * (3 * near[own] + far[own]) + 3 * near[beside] + far[beside] + 8 - odd) >> 4);
            }
        }
    }
}
