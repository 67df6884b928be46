using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// Spots of dark mud (MNIST-C): normal noise is blurred, cut at a threshold into a mask of 0 and 1, blurred again, set to 0 below 0.8; the
/// mask M mixes x with the mud's grey: clip(x * (1 - M) + M * 63 / 255). Draws one normal number per pixel, in row order.
/// </summary>
/// <example>Severity 4: the noise N(0.65, 0.3), blurred by one pixel, exceeds its threshold 0.65 in half of the pixels.</example>
public sealed class SpatterShift : MnistCShift
{
    private const double MudGrey = 63 / 255.0, LeastMud = 0.8;

    private static readonly (double Mean, double Deviation, double NoiseBlur, double Threshold, double MaskBlur)[] Muds =
        [(.65, .3, 4, .69, .6), (.65, .3, 3, .68, .6), (.65, .3, 2, .68, .5), (.65, .3, 1, .65, 1.5), (.67, .4, 1, .65, 1.5)];

    /// <inheritdoc/>
    public override string Name => "spatter";

    /// <inheritdoc/>
    public override int DefaultSeverity => 4;

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } =
        [new("threshold", 0, 2, "the blurred noise above which there is mud")];

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var (mean, deviation, noiseBlur, severityThreshold, maskBlur) = Muds[severity - 1];
        var (noiseFilter, maskFilter) = (new GaussianFilter(noiseBlur), new GaussianFilter(maskBlur));
        var threshold = given["threshold"] ?? severityThreshold;
        var width = shape[1];
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
        {
            using var rented = new Rented<double>(image.Length);
            var mask = rented.Span;
            foreach (ref var value in mask)
                value = mean + deviation * random.NextNormal();
            noiseFilter.Apply(mask, width);
            foreach (ref var value in mask)
                value = value > threshold ? 1 : 0;
            maskFilter.Apply(mask, width);
            for (var i = 0; i < image.Length; i++)
                result[i] = mask[i] < LeastMud
                    ? image[i]
                    : ByteConversion.RoundToByte(ByteConversion.ToUnit(image[i]) * (1 - mask[i]) + MudGrey * mask[i]);
        };
    }
}
