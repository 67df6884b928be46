using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// Moves the digit by 1 to 5 whole pixels along both axes, each to a side of its own (MNIST-C):
/// output(column, row) = input(column + dx, row + dy), 0 outside. Draws two bits, the sides of dx and dy in this order.
/// </summary>
/// <example>Severity 3 with <c>dx=3</c> and <c>dy=-3</c> shows the digit 3 pixels farther left and 3 farther down.</example>
public sealed class TranslateShift : MnistCShift
{
    private const double Farthest = 1024;

    /// <inheritdoc/>
    public override string Name => "translate";

    /// <inheritdoc/>
    public override int DefaultSeverity => 3;

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } =
    [
        new("dx", -Farthest, Farthest, "whole pixels to the left", double.IsInteger),
        new("dy", -Farthest, Farthest, "whole pixels up", double.IsInteger),
    ];

    /// <inheritdoc/>
    protected override bool Draws => true;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var (givenX, givenY) = ((int?)given["dx"], (int?)given["dy"]);
        var (height, width) = (shape[0], shape[1]);
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
        {
            var drawn = Draw(ref random, severity);
            Move(image, width, height, givenX ?? drawn.Dx, givenY ?? drawn.Dy, result);
        };
    }

    private static (int Dx, int Dy) Draw(ref RandomStream random, int pixels)
    {
        var dx = random.NextBool() ? pixels : -pixels;
        var dy = random.NextBool() ? pixels : -pixels;
        return (dx, dy);
    }

    private static void Move(ReadOnlySpan<byte> image, int width, int height, int dx, int dy, Span<byte> result)
    {
        result.Clear();
        var length = width - Math.Abs(dx);
        if (length <= 0)
            return;
        for (var row = Math.Max(0, -dy); row < height && row + dy < height; row++)
            image.Slice((row + dy) * width + Math.Max(0, dx), length).CopyTo(result[(row * width + Math.Max(0, -dx))..]);
    }
}
