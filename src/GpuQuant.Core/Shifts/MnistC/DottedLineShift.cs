using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// A dotted line from the left edge to the right one (MNIST-C): from (column 0, row r0) to (column 27, row r1), two columns off and two
/// on, added to the digit. Draws two integers in [0, 27), r0 and r1; there is one severity.
/// </summary>
/// <example><c>r0=3</c>, <c>r1=3</c>: columns 2, 3, 6, 7, ... 22, 23, 26 of row 3 become white, rows 2 and 4 get 0.43 of white.</example>
public sealed class DottedLineShift : LineShift
{
    private const int Last = Side - 1;

    /// <inheritdoc/>
    public override string Name => "dotted_line";

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var (given0, given1) = (given["r0"], given["r1"]);
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
        {
            var drawn0 = random.NextInt32(0, Last);
            var drawn1 = random.NextInt32(0, Last);
            var line = new LineStroke(0, given0 ?? drawn0, Last, given1 ?? drawn1);
            for (var i = 0; i < image.Length; i++)
            {
                var (column, row) = (i % Side, i / Side);
                var ink = column % 4 < 2 ? 0 : line.At(column, row);
                result[i] = ByteConversion.RoundToByte(ByteConversion.ToUnit(image[i]) + ink);
            }
        };
    }
}
