using GpuQuant.Numerics;

namespace GpuQuant.Training.Rules;

/// <summary>Random mirroring: every second image, by chance, has its left and right sides exchanged. Not for digits.</summary>
public sealed record FlipRule : SampleRule
{
    /// <inheritdoc/>
    public override string Name => "flip";

    /// <inheritdoc/>
    public override string Description => "every second image is mirrored";

    /// <inheritdoc/>
    public override string Identity => "mirrored by chance";

    /// <inheritdoc/>
    protected override RandomPurpose Purpose => RandomPurpose.Flip;

    /// <inheritdoc/>
    public override void Validate()
    {
    }

    /// <inheritdoc/>
    protected override void Apply(Span<byte> image, Shape shape, RandomStream random)
    {
        if (!random.NextBool())
            return;
        var (columns, channels) = (shape[1], shape[2]);
        for (var row = 0; row < shape[0]; row++)
            for (var (left, right) = (0, columns - 1); left < right; left++, right--)
                for (var c = 0; c < channels; c++)
                {
                    var (a, b) = ((row * columns + left) * channels + c, (row * columns + right) * channels + c);
                    (image[a], image[b]) = (image[b], image[a]);
                }
    }
}
