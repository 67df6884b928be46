using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// Salt and pepper (CIFAR-10-C): each element, the channels for themselves, is hit with probability p = 0.01 to 0.07 and becomes 255 or 0
/// with equal odds (<see cref="SaltAndPepper"/>).
/// </summary>
/// <example>Severity 5 (p = 0.07): of 3,072 elements about 215 are hit, of them 108 become 255.</example>
public sealed class ImpulseNoiseShift : Cifar10CShift
{
    private static readonly double[] Odds = [.01, .02, .03, .05, .07];

    /// <inheritdoc/>
    public override string Name => "impulse_noise";

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } = [new("p", 0, 1, "the probability that an element is hit")];

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
