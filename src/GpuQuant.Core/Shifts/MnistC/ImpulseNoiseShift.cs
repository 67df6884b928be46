using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// Salt and pepper (MNIST-C): each pixel is hit with probability p = 0.03 to 0.27; a hit pixel becomes white or black with equal odds.
/// Draws as <see cref="SaltAndPepper"/> does.
/// </summary>
/// <example>Severity 4 (p = 0.17): of 784 pixels about 133 are hit, of them 67 become 255.</example>
public sealed class ImpulseNoiseShift : MnistCShift
{
    private static readonly double[] Odds = [.03, .06, .09, .17, .27];

    /// <inheritdoc/>
    public override string Name => "impulse_noise";

    /// <inheritdoc/>
    public override int DefaultSeverity => 4;

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } = [new("p", 0, 1, "the probability that a pixel is hit")];

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var odds = given["p"] ?? Odds[severity - 1];
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
            SaltAndPepper.Apply(image, odds, ref random, result);
    }
}
