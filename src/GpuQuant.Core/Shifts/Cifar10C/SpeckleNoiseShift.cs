using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// Noise that grows with the light (CIFAR-10-C): clip(x + x * N(0, s)), s = 0.06 to 0.2. Draws one normal number per element, in order.
/// </summary>
/// <example>Black stays black; at severity 5 (s = 0.2) two thirds of the elements of byte 100 lie between 80 and 120.</example>
public sealed class SpeckleNoiseShift : Cifar10CShift
{
    private static readonly double[] Deviations = [.06, .1, .12, .16, .2];

    /// <inheritdoc/>
    public override string Name => "speckle_noise";

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } =
        [new("s", 0, 1, "the noise's standard deviation as a share of the element's value")];

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var deviation = given["s"] ?? Deviations[severity - 1];
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
        {
            for (var i = 0; i < image.Length; i++)
            {
                var x = ByteConversion.ToUnit(image[i]);
                result[i] = ByteConversion.TruncateToByte(x + x * (deviation * random.NextNormal()));
            }
        };
    }
}
