namespace GpuQuant.Backends.Cpu;

/// <summary>
/// Sums over rows in two fixed steps, chunks of rows and then the chunks in order: the result does not depend on the threads.
/// </summary>
internal static unsafe class RowReduction
{
    private const int ChunkRows = 512;

    /// <summary>The number of chunks.</summary>
    public static int Chunks(int rows) => (rows + ChunkRows - 1) / ChunkRows;

    /// <summary>Room for one partial sum per chunk and column, double as the sums are.</summary>
    public static long WorkspaceBytes(int rows, int columns) => 8L * Chunks(rows) * columns;

    /// <summary>The rows of a chunk.</summary>
    public static (int Begin, int End) Rows(int chunk, int rows) => (chunk * ChunkRows, Math.Min(rows, (chunk + 1) * ChunkRows));

    /// <summary>Adds up the chunks' partial sums of one column.</summary>
    public static double Total(double* partials, int chunks, int columns, int column)
    {
        var sum = 0.0;
        for (var chunk = 0; chunk < chunks; chunk++)
            sum += partials[(long)chunk * columns + column];
        return sum;
    }
}
