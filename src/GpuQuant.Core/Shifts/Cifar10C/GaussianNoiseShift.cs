using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// The noise of a dark sensor (CIFAR-10-C): clip(x + N(0, s)), s = 0.04 to 0.10. Draws one normal number per element, in order.
/// </summary>
/// <example>Severity 5 (s = 0.10): two thirds of the elements change by less than 26 grey levels.</example>
public sealed class GaussianNoiseShift : Cifar10CShift
{
    private static readonly double[] Deviations = [.04, .06, .08, .09, .10];

    /// <inheritdoc/>
    public override string Name => "gaussian_noise";

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } =
        [new("s", 0, 1, "the noise's standard deviation, 1 is white")];

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var deviation = given["s"] ?? Deviations[severity - 1];
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
        {
            for (var i = 0; i < image.Length; i++)
                result[i] = ByteConversion.TruncateToByte(ByteConversion.ToUnit(image[i]) + deviation * random.NextNormal());
        };
    }
}
