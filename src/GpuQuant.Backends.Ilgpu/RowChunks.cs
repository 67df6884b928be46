namespace GpuQuant.Backends.Ilgpu;

/// <summary>How sums over many rows are cut into parts that different threads add up. It depends on the sizes alone.</summary>
internal readonly record struct RowChunks
{
    /// <summary>Cuts so many rows, with at least and at most so much in a chunk and of chunks.</summary>
    public RowChunks(int rows, int leastRows = 32, int mostChunks = 256)
    {
        var wanted = Math.Clamp(rows / leastRows, 1, mostChunks);
        Size = (rows + wanted - 1) / wanted;
        Count = (rows + Size - 1) / Size;
    }

    /// <summary>Rows of each chunk but the last.</summary>
    public int Size { get; }

    /// <summary>The number of chunks.</summary>
    public int Count { get; }

    /// <summary>Scratch memory for one float32 per chunk and column.</summary>
    public long PartBytes(int columns) => 4L * Count * columns;
}
