using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// Paler or stronger colours (CIFAR-10-C): in hue, saturation and value, S becomes clip(S * gain + offset), from (0.3, 0) and (0.1, 0) to
/// (1.5, 0), (2, 0.1) and (2.5, 0.2). Grey has hue 0, so an offset turns it reddish. Nothing is drawn.
/// </summary>
/// <example>Severity 5 (2.5, 0.2): grey (101, 101, 101) becomes (101, 80, 80), 80.8 being truncated.</example>
public sealed class SaturateShift : Cifar10CShift
{
    private static readonly (double Gain, double Offset)[] Strengths = [(.3, 0), (.1, 0), (1.5, 0), (2, .1), (2.5, .2)];

    /// <inheritdoc/>
    public override string Name => "saturate";

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } =
        [new("gain", 0, 100, "what the saturation is multiplied by"), new("offset", -1, 1, "what is then added to it")];

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var own = Strengths[severity - 1];
        var (gain, offset) = (given["gain"] ?? own.Gain, given["offset"] ?? own.Offset);
        return (ReadOnlySpan<byte> image, ref RandomStream _, Span<byte> result) =>
        {
            for (var i = 0; i < image.Length; i += ColourPlanes.Channels)
            {
                var colour = Hsv.From(image[i..]);
                (colour with { Saturation = Math.Clamp(colour.Saturation * gain + offset, 0, 1) }).Write(result[i..]);
            }
        };
    }
}
