using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// The noise of few photons (MNIST-C): each pixel x becomes clip(k / c) with k ~ Poisson(x * c), c = 60 down to 3.
/// Draws one uniform number per pixel, in row order.
/// </summary>
/// <example>Severity 5 (c = 3): black stays black; every value is one of 0, 85, 170, 255.</example>
public sealed class ShotNoiseShift : MnistCShift
{
    private static readonly double[] Photons = [60, 25, 12, 5, 3];

    /// <inheritdoc/>
    public override string Name => "shot_noise";

    /// <inheritdoc/>
    public override int DefaultSeverity => 5;

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters => PhotonNoise.Parameters;

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape) =>
        PhotonNoise.Of(given["c"] ?? Photons[severity - 1], ByteConversion.RoundToByte);
}
