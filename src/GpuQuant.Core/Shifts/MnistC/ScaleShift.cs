using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// Makes the digit smaller around the picture's centre (MNIST-C): the warp's linear part is factor * identity, factor = 1/0.9 to 1/0.5.
/// Nothing is drawn.
/// </summary>
/// <example>Severity 5 (factor 2): a digit 20 pixels high becomes 10 pixels high.</example>
public sealed class ScaleShift : MnistCShift
{
    private static readonly double[] Factors = [1 / .9, 1 / .8, 1 / .7, 1 / .6, 1 / .5];

    /// <inheritdoc/>
    public override string Name => "scale";

    /// <inheritdoc/>
    public override int DefaultSeverity => 3;

    /// <inheritdoc/>
    protected override IReadOnlyList<ShiftParameter> OwnParameters { get; } = [new("factor", 0.1, 10, "old size by new size")];

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape)
    {
        var factor = given["factor"] ?? Factors[severity - 1];
        var width = shape[1];
        var warp = AffineWarp.AroundCentre(factor, 0, 0, factor, width, shape[0]);
        return (ReadOnlySpan<byte> image, ref RandomStream _, Span<byte> result) => warp.Apply(image, width, result);
    }
}
