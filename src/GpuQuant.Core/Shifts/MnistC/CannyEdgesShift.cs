using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// Only the digit's edges, one pixel wide, white on black (MNIST-C; Canny 1986, "A computational approach to edge detection"): blurred
/// with sigma 1, gradients by Sobel's filters, the ridges of their magnitude from 0.1 on, of these the groups that reach 0.2. Nothing is
/// drawn, and there is one severity.
/// </summary>
/// <example>A white square of 14 x 14 pixels becomes its outline; an even picture becomes black.</example>
public sealed class CannyEdgesShift : MnistCShift
{
    private const double Low = 0.1, High = 0.2, Tiny = 2.220446049250313e-16;
    private const byte Ridge = 1, Edge = byte.MaxValue;

    /// <inheritdoc/>
    public override string Name => "canny_edges";

    /// <inheritdoc/>
    public override int DefaultSeverity => 1;

    /// <inheritdoc/>
    public override int Severities => 1;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var (filter, width) = (new GaussianFilter(1, Border.Zeros), shape[1]);
        // Near the border part of the filter's weight falls on the black outside; dividing by the rest makes up for it.
        var inside = new double[shape.Count];
        Array.Fill(inside, 1);
        filter.Apply(inside, width);
        return (ReadOnlySpan<byte> image, ref RandomStream _, Span<byte> result) =>
        {
            var count = image.Length;
            using var rented = new Rented<double>(4 * count);
            var smooth = rented.Span[..count];
            ByteConversion.ToUnits(image, smooth);
            filter.Apply(smooth, width);
            for (var i = 0; i < count; i++)
                smooth[i] /= inside[i] + Tiny;
            var field = new GradientField(smooth, width, rented.Span[count..]);
            MarkRidges(field, width, result[..count]);
            KeepStrongGroups(field.Magnitude, width, result[..count]);
        };
    }

    /// <summary>Marks the pixels off the border whose magnitude is a maximum across the edge.</summary>
    private static void MarkRidges(GradientField field, int width, Span<byte> result)
    {
        result.Clear();
        for (var row = 1; row < result.Length / width - 1; row++)
        {
            for (var column = 1; column < width - 1; column++)
            {
                var i = row * width + column;
                if (field.Magnitude[i] >= Low && field.IsRidge(i))
                    result[i] = Ridge;
            }
        }
    }

    /// <summary>Turns the ridges' groups of neighbours that have a strong pixel into edges and removes the others.</summary>
    private static void KeepStrongGroups(ReadOnlySpan<double> magnitude, int width, Span<byte> result)
    {
        using var rented = new Rented<int>(result.Length);
        var ridges = rented.Span;
        var waiting = 0;
        for (var i = 0; i < result.Length; i++)
            if (result[i] == Ridge && magnitude[i] >= High)
                (result[i], ridges[waiting++]) = (Edge, i);
        while (waiting > 0)
        {
            var i = ridges[--waiting];
            // No ridge lies on the border, so every neighbour is inside.
            for (var neighbour = 0; neighbour < 9; neighbour++)
            {
                var other = i + (neighbour / 3 - 1) * width + neighbour % 3 - 1;
                if (result[other] == Ridge)
                    (result[other], ridges[waiting++]) = (Edge, other);
            }
        }
        foreach (ref var value in result)
            value = value == Edge ? Edge : (byte)0;
    }
}
