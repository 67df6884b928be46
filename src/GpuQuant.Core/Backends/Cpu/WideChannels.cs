using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>How 64-bit sums of channels become int16.</summary>
internal readonly unsafe struct WideChannels(TensorView? bias, Requantization requantization)
{
    private readonly long* _bias = CpuMemory.AddressOrNull<long>(bias);
    private readonly int* _multipliers = CpuMemory.Address<int>(requantization.Multipliers);
    private readonly int* _shifts = CpuMemory.Address<int>(requantization.Shifts);
    private readonly int _step = requantization.Multipliers.Count == 1 ? 0 : 1;
    private readonly int _minimum = requantization.Minimum, _maximum = requantization.Maximum;

    /// <summary>The output integer of a sum without its bias.</summary>
    public short Requantize(long sum, int channel) => (short)RequantizeFormula.RequantizeWide(
        sum + (_bias == null ? 0 : _bias[channel]), _multipliers[channel * _step], _shifts[channel * _step], _minimum, _maximum);
}
