namespace GpuQuant.Backends.Tests.Harness;

/// <summary>The columns of a row-major matrix.</summary>
public static class Columns
{
    /// <summary>One column of a matrix with so many columns.</summary>
    public static float[] Take(float[] matrix, int columns, int column) => [.. matrix.Where((_, i) => i % columns == column)];

    /// <summary>The matrix with so many more columns, of what is no number: whoever looks at them is found out.</summary>
    public static float[] Lengthen(float[] matrix, int columns, int beyond) =>
        [.. matrix.Chunk(columns).SelectMany(row => row.Concat(Enumerable.Repeat(float.NaN, beyond)))];

    /// <summary>The matrix that has these columns.</summary>
    public static Approx[] Join(IEnumerable<Approx[]> columns)
    {
        var all = columns.ToArray();
        return [.. Enumerable.Range(0, all[0].Length).SelectMany(row => all.Select(column => column[row]))];
    }
}
