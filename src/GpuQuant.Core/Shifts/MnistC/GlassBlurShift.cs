using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// A look through frosted glass (MNIST-C): a Gaussian blur, one or more passes that swap pixels with near ones, and the blur again.
/// </summary>
/// <remarks>
/// The blur runs down the columns only, as in the published set. A pass visits the pixels from the last row and column that have
/// <c>shift</c> neighbours to the first, each row from right to left, and draws for each a bit (swap or not) and, for a swap, two integers
/// in [-shift, shift): columns, then rows.
/// </remarks>
/// <example>Severity 1: sigma 0.7, shift 1, 2 passes; half of the pixels swap with one of four in each pass.</example>
public sealed class GlassBlurShift : MnistCShift
{
    private static readonly (double Sigma, int Shift, int Passes)[] Panes = [(.7, 1, 2), (.9, 2, 1), (1, 2, 3), (1.1, 3, 2), (1.5, 4, 2)];

    /// <inheritdoc/>
    public override string Name => "glass_blur";

    /// <inheritdoc/>
    public override int DefaultSeverity => 1;

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } =
    [
        new("sigma", 0, 10, "the blur's standard deviation in pixels"),
        new("shift", 1, 13, "how far pixels are swapped, in whole pixels", double.IsInteger),
        new("passes", 0, 100, "how often", double.IsInteger),
    ];

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var pane = Panes[severity - 1];
        var filter = new GaussianFilter(given["sigma"] ?? pane.Sigma);
        var (shift, passes) = ((int)(given["shift"] ?? pane.Shift), (int)(given["passes"] ?? pane.Passes));
        var width = shape[1];
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
        {
            using var rented = new Rented<double>(image.Length);
            var plane = rented.Span;
            ByteConversion.ToUnits(image, plane);
            filter.ApplyToRowAxis(plane, width);
            for (var i = 0; i < plane.Length; i++)
                result[i] = ByteConversion.TruncateToByte(plane[i]);
            for (var pass = 0; pass < passes; pass++)
                Swap(result[..image.Length], width, shift, ref random);
            ByteConversion.ToUnits(result[..image.Length], plane);
            filter.ApplyToRowAxis(plane, width);
            ByteConversion.RoundToBytes(plane, result);
        };
    }

    private static void Swap(Span<byte> pixels, int width, int shift, ref RandomStream random)
    {
        for (var row = pixels.Length / width - shift; row > shift; row--)
        {
            for (var column = width - shift; column > shift; column--)
            {
                if (!random.NextBool())
                    continue;
                var right = random.NextInt32(-shift, shift);
                var down = random.NextInt32(-shift, shift);
                ref var other = ref pixels[(row + down) * width + column + right];
                ref var own = ref pixels[row * width + column];
                (own, other) = (other, own);
            }
        }
    }
}
