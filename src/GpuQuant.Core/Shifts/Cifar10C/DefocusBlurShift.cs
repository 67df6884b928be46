using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// A lens out of focus (CIFAR-10-C): each channel is correlated with a disk of radius 0.3 to 1.5 pixels, itself smoothed by a Gaussian
/// of 3 x 3; the border is mirrored without repeating the edge. Nothing is drawn.
/// </summary>
/// <example>Severity 4 (radius 1): the mean of the pixel and its four neighbours.</example>
public sealed class DefocusBlurShift : Cifar10CShift
{
    // The largest disk reaches one pixel, the smoothing one more.
    private const int Reach = 2, Side = 2 * Reach + 1;

    private static readonly (double Radius, double Sigma)[] Strengths = [(.3, .4), (.4, .5), (.5, .6), (1, .2), (1.5, .1)];

    /// <inheritdoc/>
    public override string Name => "defocus_blur";

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var (radius, sigma) = Strengths[severity - 1];
        Tap[] taps = [.. Kernel(radius, sigma).Index().Where(cell => cell.Item != 0)
            .Select(cell => new Tap(cell.Index / Side - Reach, cell.Index % Side - Reach, cell.Item))];
        var (height, width) = (shape[0], shape[1]);
        return (ReadOnlySpan<byte> image, ref RandomStream _, Span<byte> result) =>
        {
            using var plane = new Rented<double>((height + 2 * Reach) * (width + 2 * Reach));
            for (var channel = 0; channel < ColourPlanes.Channels; channel++)
                Correlate(image, channel, height, width, taps, plane.Span, result);
        };
    }

    /// <summary>The smoothed disk, 5 x 5, in single precision as published: its sum may be off 1 by 5e-8.</summary>
    internal static float[] Kernel(double radius, double sigma)
    {
        var disk = new float[Side * Side];
        for (var i = 0; i < disk.Length; i++)
        {
            var (y, x) = (i / Side - Reach, i % Side - Reach);
            disk[i] = y * y + x * x <= radius * radius ? 1 : 0;
        }
        var cells = disk.Sum();
        foreach (ref var cell in disk.AsSpan())
            cell /= cells;
        var beside = PortableMath.Exp(-1 / (2 * sigma * sigma));
        var total = 1 + 2 * beside;
        Smooth(disk, 1, (float)(1 / total), (float)(beside / total));
        Smooth(disk, Side, (float)(1 / total), (float)(beside / total));
        return disk;
    }

    /// <summary>Smooths along one direction; the disk keeps a cell's distance from the ends.</summary>
    private static void Smooth(float[] disk, int stride, float centre, float beside)
    {
        var old = (float[])disk.Clone();
        for (var i = 0; i < disk.Length; i++)
        {
            var place = i / stride % Side;
            var before = place > 0 ? old[i - stride] : 0;
            var after = place < Side - 1 ? old[i + stride] : 0;
            disk[i] = (before + after) * beside + old[i] * centre;
        }
    }

    private static void Correlate(
        ReadOnlySpan<byte> image, int channel, int height, int width, Tap[] taps, Span<double> plane, Span<byte> result)
    {
        var padded = width + 2 * Reach;
        for (var row = 0; row < height + 2 * Reach; row++)
            for (var column = 0; column < padded; column++)
            {
                var pixel = Mirror.WithoutEdge(row - Reach, height) * width + Mirror.WithoutEdge(column - Reach, width);
                plane[row * padded + column] = ByteConversion.ToUnit(image[pixel * ColourPlanes.Channels + channel]);
            }
        for (var row = 0; row < height; row++)
            for (var column = 0; column < width; column++)
            {
                var (sum, centre) = (0.0, (row + Reach) * padded + column + Reach);
                foreach (var tap in taps)
                    sum += tap.Weight * plane[centre + tap.Down * padded + tap.Right];
                result[(row * width + column) * ColourPlanes.Channels + channel] = ByteConversion.TruncateToByte(sum);
            }
    }

    private readonly record struct Tap(int Down, int Right, double Weight);
}
