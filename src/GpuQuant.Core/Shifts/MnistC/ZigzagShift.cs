using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// A zigzag line across the picture (MNIST-C): it swings by 2 pixels to both sides of the straight line from (column 2, row r0) to
/// (column 25, row r1), turning every 4 pixels. Draws two integers, r0 in [0, 27) and r1 - r0 in [-5, 5); there is one severity.
/// </summary>
/// <example><c>r0=14</c>, <c>r1=14</c>: from (2, 14) to (4, 16), (8, 12), (12, 16) ... (24, 12), and to (25, 13.67).</example>
public sealed class ZigzagShift : LineShift
{
    private const int Start = 2, Across = Side - 5, Swing = 2;

    /// <inheritdoc/>
    public override string Name => "zigzag";

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var (given0, given1) = (given["r0"], given["r1"]);
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
        {
            var drawn0 = random.NextInt32(0, Side - 1);
            var drawnRise = random.NextInt32(-5, 5);
            var r0 = given0 ?? drawn0;
            using var rented = new Rented<double>(image.Length);
            var plane = rented.Span;
            ByteConversion.ToUnits(image, plane);
            DrawZigzag(plane, r0, given1 ?? r0 + drawnRise);
            ByteConversion.RoundToBytes(plane, result);
        };
    }

    /// <summary>Draws along the straight line as the horizontal axis, turned by its angle.</summary>
    private static void DrawZigzag(Span<double> plane, double r0, double r1)
    {
        var angle = PortableMath.Atan((r1 - r0) / Across);
        var (sin, cos) = (PortableMath.Sin(angle), PortableMath.Cos(angle));
        (double, double) Turned(double along, double aside) => (Start + along * cos - aside * sin, r0 + along * sin + aside * cos);
        var length = Across / cos;
        var (from, swing) = (Turned(0, 0), -Swing);
        for (var along = Swing; along <= length; along += 2 * Swing)
        {
            swing = -swing;
            from = AddStroke(plane, from, Turned(along, swing));
        }
        var beyond = length - 2 * Swing * Math.Floor(length / (2 * Swing));
        if (beyond != 0)
            AddStroke(plane, from, Turned(length, swing / (2 * beyond)));
    }

    private static (double Column, double Row) AddStroke(
        Span<double> plane, (double Column, double Row) from, (double Column, double Row) to)
    {
        var stroke = new LineStroke(from.Column, from.Row, to.Column, to.Row);
        for (var i = 0; i < plane.Length; i++)
            plane[i] = Math.Min(1, plane[i] + stroke.At(i % Side, i / Side));
        return to;
    }
}
