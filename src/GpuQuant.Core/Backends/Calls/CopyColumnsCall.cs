namespace GpuQuant.Backends;

/// <summary>
/// Copies neighbouring columns of every row, byte by byte, into columns of another tensor with as many rows; its other columns stay as
/// they are. How channels are put side by side and taken apart again.
/// </summary>
/// <param name="Source">Rows x columns: the last dimension is the columns, all others are rows.</param>
/// <param name="SourceColumn">The first column that is read.</param>
/// <param name="Destination">Rows x other columns, of the same type.</param>
/// <param name="DestinationColumn">The first column that is written.</param>
/// <param name="Columns">How many columns.</param>
/// <example>One row 1 2 3, column 1 and 2 columns, into column 0 of 7 8 9: 2 3 9.</example>
public sealed record CopyColumnsCall(
    TensorView Source, int SourceColumn, TensorView Destination, int DestinationColumn, int Columns) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Source, Destination];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Destination];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
