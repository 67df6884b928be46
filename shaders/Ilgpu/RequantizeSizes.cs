using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>How accumulators become bytes or int16.</summary>
/// <param name="Multipliers">Multipliers and shifts: one per channel, or 1 for all.</param>
/// <param name="ZeroPoint">The output's zero point.</param>
/// <param name="Minimum">The least output.</param>
/// <param name="Maximum">The greatest output.</param>
internal readonly record struct RequantizeSizes(int Multipliers, int ZeroPoint, int Minimum, int Maximum)
{
    /// <summary>The low byte of the output integer, which is int8 and uint8 alike.</summary>
    public byte Apply(int accumulator, int channel, ArrayView<int> multipliers, ArrayView<int> shifts)
    {
        var m = Multipliers == 1 ? 0 : channel;
        return (byte)RequantizeFormula.Requantize(accumulator, multipliers[m], shifts[m], ZeroPoint, Minimum, Maximum);
    }

    /// <summary>The output integer of a 64-bit sum.</summary>
    public short ApplyWide(long accumulator, int channel, ArrayView<int> multipliers, ArrayView<int> shifts)
    {
        var m = Multipliers == 1 ? 0 : channel;
        return (short)RequantizeFormula.RequantizeWide(accumulator, multipliers[m], shifts[m], Minimum, Maximum);
    }
}
