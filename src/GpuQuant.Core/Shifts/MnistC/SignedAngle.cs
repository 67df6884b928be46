using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>The one draw of <c>rotate</c> and <c>shear</c>: an angle of the severity's size to one side or the other.</summary>
/// <remarks>
/// A given <c>angle</c> is used as it is, sign included, and nothing random remains; a given <c>sign</c> multiplies the angle, given or
/// from the severity. One bit is drawn in any case, so that what follows does not move.
/// </remarks>
internal readonly record struct SignedAngle(double Size, double? Sign)
{
    /// <summary>The parameters of shifts with one angle.</summary>
    public static IReadOnlyList<ShiftParameter> Parameters { get; } =
    [
        new("angle", -Math.PI, Math.PI, "in radians"),
        new("sign", -1, 1, "-1 or 1, the side", sign => sign is -1 or 1),
    ];

    /// <summary>From the user's values, or the severity's angle and a drawn sign.</summary>
    public static SignedAngle Of(ShiftParameters given, double severityAngle) => given["angle"] is { } angle
        ? new SignedAngle(angle, given["sign"] ?? 1)
        : new SignedAngle(severityAngle, given["sign"]);

    /// <summary>Draws the angle of one image in radians.</summary>
    public double Draw(ref RandomStream random)
    {
        var drawn = random.NextBool() ? 1.0 : -1.0;
        return Size * (Sign ?? drawn);
    }
}
