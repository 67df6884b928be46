namespace GpuQuant.Backends.Cpu;

/// <summary>
/// The inner loops of integer products for one set of instructions, on tiles of <see cref="IntTile.Rows"/> pixels by
/// <see cref="IntTile.Lanes"/> outputs. A step takes 4 bytes of every pixel, elements next to each other, and 64 bytes of a panel of
/// weights, the same elements for every output.
/// </summary>
internal unsafe interface IIntKernels : IIntProducts
{
    /// <summary>Requantizes rows of sums to bytes, each <paramref name="stride"/> bytes after the one before it.</summary>
    static abstract void Requantize(int* sums, in IntLanes lanes, in IntClamp clamp, byte* target, long stride, int rows, int count);
}

/// <summary>The products among them.</summary>
internal unsafe interface IIntProducts
{
    /// <summary>
    /// 1: inputs are bytes q + 128, weights signed bytes, 4 to a step. 2: inputs are 16-bit q - zero point, weights 16 bits, 2 to a step.
    /// 4: both are floats of these values, 1 to a step.
    /// </summary>
    static abstract int ElementBytes { get; }

    /// <summary>
    /// sums[r, n] = start[r * startStride + n] + the products of pixel r's runs, at strip + offsets[r], with panel column n.
    /// </summary>
    static abstract void Multiply(byte* strip, int* offsets, byte* panel, in IntRuns runs, int* start, int startStride, int* sums);
}

/// <summary>The size of a tile of sums.</summary>
internal static class IntTile
{
    public const int Rows = 6, Lanes = 16, StepBytes = 4;
}

/// <summary>A pixel's window in a strip: so many runs of so many bytes, each beginning a line after the one before it.</summary>
internal readonly record struct IntRuns(int Count, int Bytes, int LineBytes);

/// <summary>The zero point and the limits of requantized outputs.</summary>
internal readonly record struct IntClamp(int ZeroPoint, int Minimum, int Maximum, bool IsSigned);

/// <summary>What belongs to a panel's outputs: arrays of <see cref="IntTile.Lanes"/> numbers.</summary>
internal readonly unsafe struct IntLanes(int* memory)
{
    public const int Bytes = 5 * IntTile.Lanes * sizeof(int);

    /// <summary>What sums begin with: the bias, and what the inputs' offset adds.</summary>
    public int* Start => memory;

    /// <summary>The sums of the weights.</summary>
    public int* WeightSums => memory + IntTile.Lanes;

    /// <summary>Multipliers of the requantization.</summary>
    public int* Multipliers => memory + 2 * IntTile.Lanes;

    /// <summary>How far sums are shifted left before the multiplication.</summary>
    public int* Left => memory + 3 * IntTile.Lanes;

    /// <summary>How far products are shifted right.</summary>
    public int* Right => memory + 4 * IntTile.Lanes;
}
