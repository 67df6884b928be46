namespace GpuQuant.Tests.Support;

/// <summary>
/// The affine warp written down a second time, as a sum over all input pixels with tent weights: no floors, no neighbours, no borders.
/// </summary>
internal static class PlainWarp
{
    /// <summary>Output (column, row) shows the input at L * (column, row) + t, where t keeps the centre in place.</summary>
    public static byte[] AroundCentre(byte[] image, int height, int width, double l00, double l01, double l10, double l11)
    {
        var (centreX, centreY) = ((width - 1) / 2.0, (height - 1) / 2.0);
        return Warp(image, height, width, (column, row) => (
            centreX + l00 * (column - centreX) + l01 * (row - centreY),
            centreY + l10 * (column - centreX) + l11 * (row - centreY)));
    }

    private static byte[] Warp(byte[] image, int height, int width, Func<int, int, (double X, double Y)> map)
    {
        var result = new byte[image.Length];
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                var (x, y) = map(column, row);
                var sum = 0.0;
                for (var i = 0; i < image.Length; i++)
                    sum += image[i] / 255.0 * Tent(x - i % width) * Tent(y - i / width);
                result[row * width + column] = (byte)Math.Round((float)(Math.Min(1, sum) * 255), MidpointRounding.ToEven);
            }
        }
        return result;
    }

    private static double Tent(double distance) => Math.Max(0, 1 - Math.Abs(distance));
}
