using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// Frost on the lens (CIFAR-10-C): limit(w1 * byte + w2 * frost byte, 0, 255), truncated; the frost is a random crop of one of five
/// pictures. The published pictures are used where the data folder has them (<c>frost/frost1.png</c> to <c>frost5.jpg</c>), own
/// textures of ice crystals otherwise; the names of the sets then end in <c>(generated textures)</c>.
/// Draws three integers: the picture, the crop's row and its column.
/// </summary>
/// <example>Severity 1 (1, 0.2): byte 100 under frost of 200 becomes 140.</example>
public sealed class FrostShift : Cifar10CShift, IReadsPictures
{
    private const int Pictures = 5;
    private const double Farthest = 4096;

    private static readonly (double Image, double Frost)[] Weights = [(1, .2), (1, .3), (.9, .4), (.85, .4), (.75, .45)];

    private readonly Lazy<RgbPicture[]>? _published;

    /// <summary>Frost of own textures.</summary>
    public FrostShift()
        : this(null)
    {
    }

    private FrostShift(Lazy<RgbPicture[]>? published) => _published = published;

    /// <inheritdoc/>
    public override string Name => "frost";

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } =
    [
        new("picture", 1, Pictures, "which picture of frost", double.IsInteger),
        new("row", 0, Farthest, "the first row of the crop", double.IsInteger),
        new("col", 0, Farthest, "the first column of the crop", double.IsInteger),
    ];

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override string Remark => !HasPictures ? "(generated textures)" : "";

    /// <inheritdoc/>
    public bool HasPictures => _published is not null;

    /// <inheritdoc/>
    public IShift WithPictures(string dataDirectory) => new FrostShift(FrostPictures.Find(dataDirectory));

    /// <inheritdoc/>
    protected override bool Fits(Shape shape) => All.All(picture => picture.Height > shape[0] && picture.Width > shape[1]);

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var (picture, top, left) = ((int?)given["picture"] - 1, (int?)given["row"], (int?)given["col"]);
        var (height, width) = (shape[0], shape[1]);
        var pictures = All;
        foreach (var possible in picture is { } chosen ? [pictures[chosen]] : pictures)
            CheckCrop(possible, height, width, top ?? 0, left ?? 0);
        var mix = Mix(severity);
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
        {
            var drawn = random.NextInt32(0, Pictures);
            var frost = pictures[picture ?? drawn];
            var row = random.NextInt32(0, frost.Height - height);
            var column = random.NextInt32(0, frost.Width - width);
            Overlay(image, frost, top ?? row, left ?? column, width, mix, result);
        };
    }

    private RgbPicture[] All => _published?.Value ?? FrostTextures.All;

    private static void CheckCrop(RgbPicture picture, int height, int width, int row, int column)
    {
        if (row + height > picture.Height || column + width > picture.Width)
            throw new UsageException(
                $"The crop of frost at row {row} and column {column} leaves its picture of {picture.Height}x{picture.Width}; "
                + $"give a row up to {picture.Height - height} and a column up to {picture.Width - width}, or name another picture.");
    }

    /// <summary>The result for every byte of the image (first index times 256) and of the frost.</summary>
    private static byte[] Mix(int severity)
    {
        var (image, frost) = Weights[severity - 1];
        var mix = new byte[256 * 256];
        for (var i = 0; i < mix.Length; i++)
            mix[i] = (byte)Math.Min(255, image * (i >> 8) + frost * (i & 255));
        return mix;
    }

    private static void Overlay(
        ReadOnlySpan<byte> image, RgbPicture frost, int top, int left, int width, byte[] mix, Span<byte> result)
    {
        for (var start = 0; start < image.Length; start += width * 3)
        {
            var ice = frost.Row(top++, left, width);
            for (var i = 0; i < ice.Length; i++)
                result[start + i] = mix[image[start + i] << 8 | ice[i]];
        }
    }
}
