using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// Adds the same light to every pixel: clip(x + c), c = 0.1 to 0.5 (MNIST-C). Nothing is drawn.
/// </summary>
/// <example>Severity 5: byte 0 becomes 128 (127.5 rounded to even), byte 51 becomes 178 (178.5 to even), byte 200 becomes 255.</example>
public sealed class BrightnessShift : MnistCShift
{
    private static readonly double[] Light = [.1, .2, .3, .4, .5];

    /// <inheritdoc/>
    public override string Name => "brightness";

    /// <inheritdoc/>
    public override int DefaultSeverity => 5;

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } = [new("c", -1, 1, "what is added, 1 is white")];

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var light = given["c"] ?? Light[severity - 1];
        var table = new byte[256];
        for (var value = 0; value < 256; value++)
            table[value] = ByteConversion.RoundToByte(ByteConversion.ToUnit((byte)value) + light);
        return (ReadOnlySpan<byte> image, ref RandomStream _, Span<byte> result) =>
        {
            for (var i = 0; i < image.Length; i++)
                result[i] = table[image[i]];
        };
    }
}
