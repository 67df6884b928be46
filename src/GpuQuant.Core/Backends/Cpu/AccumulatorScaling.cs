using System.Runtime.Intrinsics;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>Accumulators back to floats, row by row.</summary>
internal sealed unsafe class AccumulatorScaling(ScaleAccumulatorsCall call)
{
    private readonly int* _input = CpuMemory.Address<int>(call.Input);
    private readonly float* _rowScales = CpuMemory.Address<float>(call.RowScales), _bias = CpuMemory.AddressOrNull<float>(call.Bias);
    private readonly float* _channelScales = CpuMemory.Address<float>(call.ChannelScales), _output = CpuMemory.Address<float>(call.Output);
    private readonly int _channels = call.Input.Shape[^1], _scaleStep = call.ChannelScales.Count == 1 ? 0 : 1;
    private readonly int _rowsPerItem = call.Input.Count / call.Input.Shape[^1] / call.RowScales.Count;
    private readonly Activation _activation = call.Activation;

    /// <summary>Does the rows of a range.</summary>
    public static void Run(AccumulatorScaling scaling, int first, int end)
    {
        for (var row = first; row < end; row++)
            scaling.Row((long)row * scaling._channels, scaling._rowScales[row / scaling._rowsPerItem]);
    }

    private void Row(long start, float rowScale)
    {
        var c = 0;
        for (; c <= _channels - 16; c += 16)
        {
            var scales = _scaleStep == 0 ? Vector512.Create(*_channelScales) : Vector512.Load(_channelScales + c);
            var value = Vector512.ConvertToSingle(Vector512.Load(_input + start + c)) * (Vector512.Create(rowScale) * scales);
            value = _bias == null ? value : value + Vector512.Load(_bias + c);
            ElementWise.Apply(_activation, value).Store(_output + start + c);
        }
        for (; c < _channels; c++)
        {
            var value = _input[start + c] * (rowScale * _channelScales[c * _scaleStep]);
            _output[start + c] = ActivationFormula.Apply(_activation, _bias == null ? value : value + _bias[c]);
        }
    }
}
