using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>A line across a picture of 28x28, from row r0 at the left to row r1 at the right: drawn, or given.</summary>
public abstract class LineShift : MnistCShift
{
    /// <summary>The picture's height and width.</summary>
    protected const int Side = 28;

    /// <inheritdoc/>
    public sealed override int DefaultSeverity => 1;

    /// <inheritdoc/>
    public sealed override int Severities => 1;

    /// <inheritdoc/>
    protected sealed override IReadOnlyList<ShiftParameter> OwnParameters { get; } =
    [
        new("r0", -Side, 2 * Side, "the whole row where the line starts", double.IsInteger),
        new("r1", -Side, 2 * Side, "the whole row where the line ends", double.IsInteger),
    ];

    /// <inheritdoc/>
    protected sealed override bool Draws => true;

    /// <inheritdoc/>
    protected sealed override bool Fits(Shape shape) => shape[0] == Side && shape[1] == Side;
}
