using System.Globalization;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Rules;

/// <summary>
/// Cutout (DeVries and Taylor 2017): a square of each image becomes black. Its centre is any pixel, so that a part of it may lie outside.
/// </summary>
public sealed record CutoutRule : SampleRule
{
    /// <inheritdoc/>
    public override string Name => "cutout";

    /// <inheritdoc/>
    public override string Description => "a square of each image becomes black";

    /// <summary>The square's side as a share of the image's shorter side, above 0 and at most 1.</summary>
    public double Share { get; init; } = 0.5;

    /// <inheritdoc/>
    public override string Identity => string.Create(CultureInfo.InvariantCulture, $"a square of {Share:R} cut out");

    /// <inheritdoc/>
    protected override RandomPurpose Purpose => RandomPurpose.Cutout;

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!(Share is > 0 and <= 1))
            throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                $"A square of {Share} of the image was to be cut out; the share must be above 0 and at most 1."));
    }

    /// <inheritdoc/>
    protected override void Apply(Span<byte> image, Shape shape, RandomStream random)
    {
        var side = Math.Max(1, (int)(Math.Min(shape[0], shape[1]) * Share));
        var (top, left) = (random.NextInt32(0, shape[0]) - side / 2, random.NextInt32(0, shape[1]) - side / 2);
        var (first, end) = (Math.Max(0, left), Math.Min(shape[1], left + side));
        for (var row = Math.Max(0, top); row < Math.Min(shape[0], top + side); row++)
            image.Slice((row * shape[1] + first) * shape[2], (end - first) * shape[2]).Clear();
    }
}
