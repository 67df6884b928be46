using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// The noise of few photons (CIFAR-10-C): each element x becomes clip(k / c) with k ~ Poisson(x * c), c = 500 down to 50.
/// Draws one uniform number per element, in order.
/// </summary>
/// <example>Severity 5 (c = 50): black stays black; grey levels are multiples of 5.1, truncated: 0, 5, 10, 15, ...</example>
public sealed class ShotNoiseShift : Cifar10CShift
{
    private static readonly double[] Photons = [500, 250, 100, 75, 50];

    /// <inheritdoc/>
    public override string Name => "shot_noise";

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters => PhotonNoise.Parameters;

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape) =>
        PhotonNoise.Of(given["c"] ?? Photons[severity - 1], ByteConversion.TruncateToByte);
}
