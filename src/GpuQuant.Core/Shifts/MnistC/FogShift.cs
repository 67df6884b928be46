using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// Drifting fog (MNIST-C): with the upper left corner P of a <see cref="PlasmaMap"/> of size 256 and m the picture's brightest value,
/// x becomes clip((x + strength * P) * m / (m + strength)). Draws the map.
/// </summary>
/// <example>Severity 5 (strength 3, decay 1.4): where P is 0.5, black becomes 0.375 and white 0.625.</example>
public sealed class FogShift : MnistCShift
{
    private const int MapSize = 256;
    private static readonly (double Strength, double Decay)[] Fogs = [(1.5, 2), (2.0, 2), (2.5, 1.7), (2.5, 1.5), (3.0, 1.4)];

    /// <inheritdoc/>
    public override string Name => "fog";

    /// <inheritdoc/>
    public override int DefaultSeverity => 5;

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } =
    [
        new("strength", 0.001, 100, "the fog's brightness, 1 is white"),
        new("decay", 1, 10, "how much smoother smaller clouds are"),
    ];

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override bool Fits(Shape shape) => shape[0] <= MapSize && shape[1] <= MapSize;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var (strength, decay) = (given["strength"] ?? Fogs[severity - 1].Strength, given["decay"] ?? Fogs[severity - 1].Decay);
        var width = shape[1];
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
        {
            using var rented = new Rented<double>(MapSize * MapSize);
            var map = rented.Span;
            PlasmaMap.Draw(MapSize, decay, ref random, map);
            Cover(image, width, map, strength, result);
        };
    }

    private static void Cover(ReadOnlySpan<byte> image, int width, ReadOnlySpan<double> map, double strength, Span<byte> result)
    {
        byte brightest = 0;
        foreach (var value in image)
            brightest = Math.Max(brightest, value);
        var most = ByteConversion.ToUnit(brightest);
        for (var i = 0; i < image.Length; i++)
        {
            var fog = map[i / width * MapSize + i % width];
            result[i] = ByteConversion.RoundToByte((ByteConversion.ToUnit(image[i]) + strength * fog) * most / (most + strength));
        }
    }
}
