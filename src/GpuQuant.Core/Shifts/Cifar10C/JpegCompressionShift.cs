using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// The traces of lossy compression (CIFAR-10-C): encoded as JPEG at quality 80 to 40 and decoded (<see cref="JpegRoundTrip"/>).
/// Nothing is drawn.
/// </summary>
/// <example>Severity 5 (quality 40): grey 100 becomes 101.</example>
public sealed class JpegCompressionShift : Cifar10CShift
{
    private static readonly int[] Qualities = [80, 65, 58, 50, 40];

    /// <inheritdoc/>
    public override string Name => "jpeg_compression";

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } =
        [new("quality", 1, 100, "libjpeg's quality", double.IsInteger)];

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var codec = new JpegRoundTrip((int?)given["quality"] ?? Qualities[severity - 1], shape[0], shape[1]);
        return (ReadOnlySpan<byte> image, ref RandomStream _, Span<byte> result) => codec.Apply(image, result);
    }
}
