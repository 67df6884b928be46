using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// Spatter on the lens (CIFAR-10-C): smoothed normal noise above a threshold is water (severities 1 to 3; <see cref="WaterDrops"/>),
/// pale turquoise light added to the image, or mud (4 and 5), which covers it in brown. Draws one normal number per pixel, in order.
/// </summary>
/// <example>Severity 5 where the mud is thick: (63, 42, 20), whatever the image shows.</example>
public sealed class SpatterShift : Cifar10CShift
{
    private static readonly Strength[] Strengths =
    [
        new(.62, .1, .7, .7, .5, IsWater: true),
        new(.65, .1, .8, .7, .5, IsWater: true),
        new(.65, .3, 1, .69, .5, IsWater: true),
        new(.65, .1, .7, .69, .6, IsWater: false),
        new(.65, .1, .5, .68, .6, IsWater: false),
    ];

    private static readonly float[] Turquoise = [175 / 255f, 238 / 255f, 238 / 255f];

    private static readonly double[] Brown = [63 / 255.0, 42 / 255.0, 20 / 255.0];

    /// <inheritdoc/>
    public override string Name => "spatter";

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var strength = Strengths[severity - 1];
        var (smooth, soften) = (new GaussianFilter(strength.Smoothness), new GaussianFilter(strength.Finish));
        var (pixels, width) = (shape[0] * shape[1], shape[1]);
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
        {
            using var layer = new Rented<double>(pixels);
            foreach (ref var value in layer.Span)
                value = strength.Mean + strength.Deviation * random.NextNormal();
            smooth.Apply(layer.Span, width);
            if (strength.IsWater)
                Wet(image, layer.Span, width, strength, result);
            else
                Soil(image, layer.Span, width, strength, soften, result);
        };
    }

    private static void Wet(ReadOnlySpan<byte> image, Span<double> layer, int width, Strength strength, Span<byte> result)
    {
        using var liquid = new Rented<byte>(layer.Length);
        using var light = new Rented<float>(layer.Length);
        // Like a cast in C, which keeps the low eight bits of what exceeds a byte.
        for (var i = 0; i < layer.Length; i++)
            liquid.Span[i] = layer[i] < strength.Threshold ? (byte)0 : (byte)(int)(layer[i] * 255);
        WaterDrops.Light(liquid.Span, width, (float)strength.Finish, light.Span);
        for (var i = 0; i < image.Length; i++)
        {
            var (pixel, channel) = (i / ColourPlanes.Channels, i % ColourPlanes.Channels);
            result[i] = ByteConversion.TruncateToByte((float)ByteConversion.ToUnit(image[i]) + light.Span[pixel] * Turquoise[channel]);
        }
    }

    private static void Soil(
        ReadOnlySpan<byte> image, Span<double> layer, int width, Strength strength, GaussianFilter soften, Span<byte> result)
    {
        const double Thinnest = .8;
        foreach (ref var value in layer)
            value = value > strength.Threshold ? 1 : 0;
        soften.Apply(layer, width);
        for (var i = 0; i < image.Length; i++)
        {
            var mud = layer[i / ColourPlanes.Channels];
            mud = mud < Thinnest ? 0 : mud;
            var brown = mud * Brown[i % ColourPlanes.Channels];
            result[i] = ByteConversion.TruncateToByte(ByteConversion.ToUnit(image[i]) * (1 - mud) + brown);
        }
    }

    /// <summary>Finish: the water's gain or the sigma that softens the mud's outline.</summary>
    private sealed record Strength(double Mean, double Deviation, double Smoothness, double Threshold, double Finish, bool IsWater);
}
