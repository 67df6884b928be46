using System.Globalization;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Rules;

/// <summary>Noise injection: normal noise on every pixel, rounded and clipped to bytes as pictures are.</summary>
public sealed record NoiseRule : SampleRule
{
    /// <inheritdoc/>
    public override string Name => "noise";

    /// <inheritdoc/>
    public override string Description => "normal noise is added to the pixels";

    /// <summary>The noise's standard deviation in pixels that range from 0 to 1; above 0.</summary>
    public double Deviation { get; init; } = 0.1;

    /// <inheritdoc/>
    public override string Identity => string.Create(CultureInfo.InvariantCulture, $"noise of deviation {Deviation:R}");

    /// <inheritdoc/>
    protected override RandomPurpose Purpose => RandomPurpose.Noise;

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!(Deviation > 0) || !double.IsFinite(Deviation))
            throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                $"Noise of standard deviation {Deviation} was asked for; it must be a number above 0, such as 0.1."));
    }

    /// <inheritdoc/>
    protected override void Apply(Span<byte> image, Shape shape, RandomStream random)
    {
        for (var i = 0; i < image.Length; i++)
            image[i] = (byte)Math.Clamp(Math.Floor(image[i] + 255 * Deviation * random.NextNormal() + 0.5), 0, 255);
    }
}
