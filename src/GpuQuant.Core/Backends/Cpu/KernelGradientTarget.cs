namespace GpuQuant.Backends.Cpu;

/// <summary>
/// Where the sums of a kernel's gradient go. Where pixels are taken in pairs, the sums hold, for a window longer by one pixel, the first
/// pixel's outputs and then the second's, whose window begins later: both belong to the same kernel.
/// </summary>
/// <param name="kernel">Outputs x window elements.</param>
/// <param name="bias">Outputs values, or null.</param>
/// <param name="outputs">Output channels.</param>
/// <param name="rowRun">Elements of one row of the kernel's window.</param>
/// <param name="rows">Rows of the kernel's window.</param>
/// <param name="shift">Elements by which a pair's second window begins later; 0 for single pixels.</param>
internal readonly unsafe struct KernelGradientTarget(float* kernel, float* bias, int outputs, int rowRun, int rows, int shift)
{
    /// <summary>Columns of the sums.</summary>
    public int Columns => shift == 0 ? outputs : 2 * outputs;

    /// <summary>Elements of the kernel's window.</summary>
    public int WindowLength => rowRun * rows;

    /// <summary>Stores window element k of all outputs.</summary>
    public void StoreKernel(int k, in ImageStrips strips, in PartialSums sums)
    {
        var (row, e) = Math.DivRem(k, rowRun);
        var first = (row * strips.RowRun + e) * Columns;
        for (var o = 0; o < outputs; o++)
        {
            var sum = sums.Total(first + o);
            kernel[(long)o * WindowLength + k] = shift == 0 ? sum : sum + sums.Total(first + shift * Columns + outputs + o);
        }
    }

    /// <summary>Stores the bias, whose sums are the row after the window's.</summary>
    public void StoreBias(int row, in PartialSums sums)
    {
        for (var o = 0; o < outputs && bias != null; o++)
            bias[o] = shift == 0 ? sums.Total(row * Columns + o) : sums.Total(row * Columns + o) + sums.Total(row * Columns + outputs + o);
    }
}
