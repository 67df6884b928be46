using System.Numerics;
using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// Fog (CIFAR-10-C): clip((x + a * P) * m / (m + a)), where m is the image's greatest value, P a plasma map
/// (<see cref="PlasmaMap"/>; the same for the three channels) and the strength a = 0.2 to 1.5. Draws the map.
/// </summary>
/// <example>Severity 4 (a = 1), where the map is 0.5, in an image with white: byte 102 becomes (0.4 + 0.5) / 2 = 0.45, 114.</example>
public sealed class FogShift : Cifar10CShift
{
    private static readonly (double Strength, double Decay)[] Fogs = [(.2, 3), (.5, 3), (.75, 2.5), (1, 2), (1.5, 1.75)];

    /// <inheritdoc/>
    public override string Name => "fog";

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var (strength, decay) = Fogs[severity - 1];
        var (height, width) = (shape[0], shape[1]);
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, Math.Max(height, width)));
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
        {
            using var map = new Rented<double>(size * size);
            PlasmaMap.Draw(size, decay, ref random, map.Span);
            Apply(image, map.Span, size, width, strength, result);
        };
    }

    /// <summary>Lays a fog over an image: the top left part of the map.</summary>
    internal static void Apply(
        ReadOnlySpan<byte> image, ReadOnlySpan<double> map, int mapWidth, int width, double strength, Span<byte> result)
    {
        byte brightest = 0;
        foreach (var value in image)
            brightest = Math.Max(brightest, value);
        var greatest = ByteConversion.ToUnit(brightest);
        for (var i = 0; i < image.Length; i++)
        {
            var pixel = i / ColourPlanes.Channels;
            var fog = strength * map[pixel / width * mapWidth + pixel % width];
            result[i] = ByteConversion.TruncateToByte((ByteConversion.ToUnit(image[i]) + fog) * greatest / (greatest + strength));
        }
    }
}
