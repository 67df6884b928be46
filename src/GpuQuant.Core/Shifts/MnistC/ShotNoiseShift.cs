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
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } = [new("c", 0.1, 500, "photons that a white pixel gets on average")];

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var photons = given["c"] ?? Photons[severity - 1];
        var tables = new PoissonTable[256];
        for (var value = 0; value < 256; value++)
            tables[value] = new PoissonTable(ByteConversion.ToUnit((byte)value) * photons);
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
        {
            for (var i = 0; i < image.Length; i++)
                result[i] = ByteConversion.RoundToByte(tables[image[i]].Invert(random.NextDouble()) / photons);
        };
    }
}
