namespace GpuQuant.Backends.Cpu;

/// <summary>
/// How a tile's product walks through its operands, in bytes: left(row, step) lies at <c>row * RowStride + step * Step</c>, in
/// <see cref="Runs"/> runs of <see cref="RunLength"/> steps, with <see cref="Jump"/> more bytes between two runs; each step takes the next
/// row of the right side, <see cref="RightStride"/> bytes further.
/// </summary>
/// <remarks>
/// One walk serves all products. A convolution's rows are neighbouring pixels and its runs the rows of the kernel, each one piece of
/// memory since channels come last; a kernel gradient's rows are neighbouring kernel elements and its runs the rows of pixels; a matrix
/// product has one run. So no patch of an image is ever copied.
/// </remarks>
internal readonly record struct TileWalk(nint RowStride, nint Step, nint Jump, int Runs, int RunLength, nint RightStride)
{
    /// <summary>
    /// Steps of the right side that the large tiles ask for ahead of time: it often lies in the second-level cache, and a core that waits
    /// for each line of it loses a fifth of its time.
    /// </summary>
    public const int StepsAhead = 16;

    /// <summary>
    /// Memory that is wanted later, if any: the large tiles bring it from far to the second-level cache, <see cref="LaterStep"/> bytes
    /// further with each step.
    /// </summary>
    public nint Later { get; init; }

    /// <summary>Bytes asked for per step.</summary>
    public nint LaterStep { get; init; }

    /// <summary>Floats of a cache line.</summary>
    public const int Alignment = 16;

    /// <summary>The first cache line that begins in a piece of memory: rows of a tile across two lines would cost twice.</summary>
    public static unsafe float* Aligned(float* memory) => (float*)(((nint)memory + 63) & ~63);

    /// <summary>A walk measured in floats.</summary>
    public static TileWalk OfFloats(long rowStride, long step, long jump, int runs, int runLength, long rightStride) =>
        new((nint)(4 * rowStride), (nint)(4 * step), (nint)(4 * jump), runs, runLength, (nint)(4 * rightStride));
}
