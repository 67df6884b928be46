using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>A soft line from (c0, r0) to (c1, r1), columns and rows: the ink of <c>dotted_line</c> and <c>zigzag</c>.</summary>
internal readonly record struct LineStroke(double C0, double R0, double C1, double R1)
{
    private const double Reach = 2.3;

    /// <summary>
    /// The ink at a pixel, 0 to 1: ln(1 - e / 2.3) + 1 where it is positive, e being the vertical distance to the line; nothing in columns
    /// below floor(c0) and from ceil(c1) on, and nothing at all where c1 = c0. A pixel half a row off the line gets 0.755.
    /// </summary>
    public double At(int column, int row)
    {
        if (C0 == C1 || column < Math.Floor(C0) || column >= Math.Ceiling(C1))
            return 0;
        var distance = Math.Abs(row - ((R1 - R0) / (C1 - C0) * (column - C0) + R0));
        return distance >= Reach ? 0 : Math.Max(0, PortableMath.Log(1 - distance / Reach) + 1);
    }
}
