using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// Less contrast (CIFAR-10-C): every channel moves towards its mean over the image, clip((x - mean) * c + mean), c = 0.75 to 0.15.
/// Nothing is drawn.
/// </summary>
/// <example>Severity 2 (c = 0.5): bytes 0 and 201, whose mean is 100.5, become 50 (50.25) and 150 (150.75).</example>
public sealed class ContrastShift : Cifar10CShift
{
    private static readonly double[] Factors = [.75, .5, .4, .3, .15];

    /// <inheritdoc/>
    public override string Name => "contrast";

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } = [new("c", 0, 10, "what remains of the distance to the mean")];

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var factor = given["c"] ?? Factors[severity - 1];
        return (ReadOnlySpan<byte> image, ref RandomStream _, Span<byte> result) =>
        {
            for (var channel = 0; channel < ColourPlanes.Channels; channel++)
            {
                var mean = Mean(image, channel);
                for (var i = channel; i < image.Length; i += ColourPlanes.Channels)
                    result[i] = ByteConversion.TruncateToByte((ByteConversion.ToUnit(image[i]) - mean) * factor + mean);
            }
        };
    }

    private static double Mean(ReadOnlySpan<byte> image, int channel)
    {
        var sum = 0.0;
        for (var i = channel; i < image.Length; i += ColourPlanes.Channels)
            sum += ByteConversion.ToUnit(image[i]);
        return sum / (image.Length / ColourPlanes.Channels);
    }
}
