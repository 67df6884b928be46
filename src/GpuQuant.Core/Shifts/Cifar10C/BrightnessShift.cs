using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// More light (CIFAR-10-C): in hue, saturation and value, V becomes clip(V + c), c = 0.05 to 0.3. Nothing is drawn.
/// </summary>
/// <example>Severity 5 (c = 0.3): grey 51 (0.2) becomes 127 (0.5 is 127.5, truncated); red (102, 0, 0) becomes (178, 0, 0).</example>
public sealed class BrightnessShift : Cifar10CShift
{
    private static readonly double[] Light = [.05, .1, .15, .2, .3];

    /// <inheritdoc/>
    public override string Name => "brightness";

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } = [new("c", -1, 1, "what is added to the value, 1 is white")];

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var light = given["c"] ?? Light[severity - 1];
        return (ReadOnlySpan<byte> image, ref RandomStream _, Span<byte> result) =>
        {
            for (var i = 0; i < image.Length; i += ColourPlanes.Channels)
            {
                var colour = Hsv.From(image[i..]);
                (colour with { Value = Math.Clamp(colour.Value + light, 0, 1) }).Write(result[i..]);
            }
        };
    }
}
