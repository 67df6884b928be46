using GpuQuant.Formulas;
using GpuQuant.Numerics;

namespace GpuQuant.Backends.Cpu;

/// <summary>Where integer kernels put their accumulators: as they are, or requantized to bytes.</summary>
internal readonly unsafe struct IntOutput
{
    private readonly byte* _bytes;
    private readonly int* _accumulators, _bias, _multipliers, _shifts;
    private readonly int _channelStep, _zeroPoint, _minimum, _maximum;

    public IntOutput(TensorView output, TensorView? bias, Requantization? requantization)
    {
        _bias = CpuMemory.AddressOrNull<int>(bias);
        if (requantization is null)
        {
            _accumulators = CpuMemory.Address<int>(output);
            return;
        }
        _bytes = CpuMemory.Address<byte>(output);
        _multipliers = CpuMemory.Address<int>(requantization.Multipliers);
        _shifts = CpuMemory.Address<int>(requantization.Shifts);
        _channelStep = requantization.Multipliers.Count == 1 ? 0 : 1;
        (_zeroPoint, _minimum, _maximum) = (requantization.ZeroPoint, requantization.Minimum, requantization.Maximum);
        if (output.Type is not (DType.Int8 or DType.UInt8))
            throw new UsageException($"Requantized outputs are Int8 or UInt8, not {output.Type}.");
    }

    /// <summary>Stores one accumulator of a channel; the low byte is the same for int8 and uint8.</summary>
    public void Store(long index, int channel, int accumulator)
    {
        if (_bias != null)
            accumulator += _bias[channel];
        if (_bytes == null)
            _accumulators[index] = accumulator;
        else
            _bytes[index] = (byte)RequantizeFormula.Requantize(
                accumulator, _multipliers[channel * _channelStep], _shifts[channel * _channelStep], _zeroPoint, _minimum, _maximum);
    }
}
