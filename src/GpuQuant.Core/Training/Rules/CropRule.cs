using System.Globalization;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Rules;

/// <summary>
/// Random crops: each image moves by up to so many pixels down, up, right or left, and black comes in from the border; the same as a
/// border of black pixels around the image and a random window of its size.
/// </summary>
public sealed record CropRule : SampleRule
{
    /// <inheritdoc/>
    public override string Name => "crop";

    /// <inheritdoc/>
    public override string Description => "images move by some pixels";

    /// <summary>The most pixels, at least 1.</summary>
    public int Padding { get; init; } = 4;

    /// <inheritdoc/>
    public override string Identity => string.Create(CultureInfo.InvariantCulture, $"cropped out of a border of {Padding}");

    /// <inheritdoc/>
    protected override RandomPurpose Purpose => RandomPurpose.Crop;

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Padding < 1)
            throw new UsageException($"Random crops out of a border of {Padding} pixels were asked for; it must be at least 1.");
    }

    /// <inheritdoc/>
    protected override void Apply(Span<byte> image, Shape shape, RandomStream random)
    {
        var (down, right) = (random.NextInt32(-Padding, Padding + 1), random.NextInt32(-Padding, Padding + 1));
        Move(image, shape[0], shape[1] * shape[2], down, right * shape[2]);
    }

    /// <summary>Moves an image down and right (or up and left, below 0) in its place.</summary>
    private static void Move(Span<byte> image, int rows, int columns, int down, int right)
    {
        // A row must be read before it is written.
        for (var i = 0; i < rows; i++)
        {
            var row = down > 0 ? rows - 1 - i : i;
            var source = row - down;
            var target = image.Slice(row * columns, columns);
            if (source < 0 || source >= rows || Math.Abs(right) >= columns)
            {
                target.Clear();
                continue;
            }
            var from = image.Slice(source * columns, columns);
            if (right >= 0)
                from[..^right].CopyTo(target[right..]);
            else
                from[-right..].CopyTo(target);
            (right >= 0 ? target[..right] : target[^-right..]).Clear();
        }
    }
}
