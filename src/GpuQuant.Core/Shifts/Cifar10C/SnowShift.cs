using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// Falling snow (CIFAR-10-C): normal noise, enlarged (<see cref="ClippedZoom"/>), cut off below a threshold and blurred in the direction
/// of the fall (<see cref="MotionBlur"/>) becomes a layer of flakes; the image turns whiter, and the layer is added twice, once turned
/// by 180 degrees. Square images only. Draws one normal number per pixel of the layer, in order, and a uniform one, the angle
/// (-135 to -45 degrees).
/// </summary>
/// <example>Severity 1 where there are no flakes: black becomes 0.05 * 0.5, byte 6; white stays white.</example>
public sealed class SnowShift : Cifar10CShift
{
    private static readonly Strength[] Strengths =
    [
        new(.1, .2, 1, .6, 8, 3, .95f),
        new(.1, .2, 1, .5, 10, 4, .9f),
        new(.15, .3, 1.75, .55, 10, 4, .9f),
        new(.25, .3, 2.25, .6, 12, 6, .85f),
        new(.3, .3, 1.25, .65, 14, 12, .8f),
    ];

    /// <inheritdoc/>
    public override string Name => "snow";

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } =
        [new("angle", -360, 360, "of the fall in degrees, -90 is down")];

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override bool Fits(Shape shape) => shape[0] == shape[1];

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var strength = Strengths[severity - 1];
        var zoom = new ClippedZoom(shape[0], strength.Zoom);
        var (angle, pixels, width) = (given["angle"], shape[0] * shape[1], shape[1]);
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
        {
            using var noise = new Rented<double>(pixels);
            using var layer = new Rented<byte>(pixels);
            foreach (ref var value in noise.Span)
                value = strength.Mean + strength.Deviation * random.NextNormal();
            var drawn = random.Uniform(-135, -45);
            Layer(noise.Span, zoom, strength, angle ?? drawn, width, layer.Span);
            Apply(image, layer.Span, strength.Mix, result);
        };
    }

    /// <summary>Makes the layer of flakes from the noise.</summary>
    private static void Layer(ReadOnlySpan<double> noise, ClippedZoom zoom, Strength strength, double angle, int width, Span<byte> layer)
    {
        using var zoomed = new Rented<double>(noise.Length);
        using var flakes = new Rented<byte>(noise.Length);
        zoom.Apply(noise, zoomed.Span);
        for (var i = 0; i < noise.Length; i++)
            flakes.Span[i] = zoomed.Span[i] < strength.Threshold ? (byte)0 : ByteConversion.TruncateToByte(zoomed.Span[i]);
        new MotionBlur(strength.Radius, strength.Sigma, angle).Apply(flakes.Span, width, layer);
    }

    /// <summary>Whitens the image and adds the layer in both directions.</summary>
    internal static void Apply(ReadOnlySpan<byte> image, ReadOnlySpan<byte> layer, float mix, Span<byte> result)
    {
        for (var pixel = 0; pixel < layer.Length; pixel++)
        {
            var colour = image.Slice(pixel * ColourPlanes.Channels, ColourPlanes.Channels);
            var (red, green, blue) = (Unit(colour[0]), Unit(colour[1]), Unit(colour[2]));
            var grey = red * .299f + green * .587f + blue * .114f;
            var bright = grey * 1.5f + .5f;
            var snow = ByteConversion.ToUnit(layer[pixel]);
            var turned = ByteConversion.ToUnit(layer[^(pixel + 1)]);
            for (var channel = 0; channel < ColourPlanes.Channels; channel++)
            {
                var x = Unit(colour[channel]);
                var whiter = mix * x + (1 - mix) * Math.Max(x, bright);
                result[pixel * ColourPlanes.Channels + channel] = ByteConversion.TruncateToByte(whiter + snow + turned);
            }
        }
    }

    private static float Unit(byte value) => (float)ByteConversion.ToUnit(value);

    private sealed record Strength(
        double Mean, double Deviation, double Zoom, double Threshold, double Radius, double Sigma, float Mix);
}
