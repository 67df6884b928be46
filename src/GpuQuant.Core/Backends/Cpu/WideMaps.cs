using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>Element-wise work on int16, by the formulas; each does the elements of a range.</summary>
internal static unsafe class WideMaps
{
    public static void Quantize(QuantizeCall call, int first, int end)
    {
        var x = CpuMemory.Address<float>(call.Input);
        var y = CpuMemory.Address<short>(call.Output);
        for (var i = first; i < end; i++)
            y[i] = (short)QuantizeFormula.Quantize(x[i], call.Scale, call.ZeroPoint, short.MinValue, short.MaxValue, call.Rounding);
    }

    public static void Dequantize(DequantizeCall call, int first, int end)
    {
        var x = CpuMemory.Address<short>(call.Input);
        var y = CpuMemory.Address<float>(call.Output);
        for (var i = first; i < end; i++)
            y[i] = QuantizeFormula.Dequantize(x[i], call.Scale, call.ZeroPoint);
    }

    public static void Add(IntAddCall call, int first, int end)
    {
        var left = CpuMemory.Address<short>(call.Left);
        var right = CpuMemory.Address<short>(call.Right);
        var y = CpuMemory.Address<short>(call.Output);
        for (var i = first; i < end; i++)
            y[i] = (short)IntAddFormula.Add(left[i], right[i], call.Factors);
    }

    public static void Scale(IntScaleCall call, int first, int end)
    {
        var x = CpuMemory.Address<short>(call.Input);
        var kernel = CpuMemory.Address<sbyte>(call.Kernel);
        var y = CpuMemory.Address<short>(call.Output);
        var channels = new WideChannels(call.Bias, call.Requantization);
        for (var (i, c) = (first, first % call.Bias.Count); i < end; i++, c = c + 1 == call.Bias.Count ? 0 : c + 1)
            y[i] = channels.Requantize(x[i] * kernel[c], c);
    }

    public static void Requantize(RequantizeCall call, int first, int end)
    {
        var low = CpuMemory.Address<int>(call.Input);
        var high = CpuMemory.AddressOrNull<int>(call.High);
        var y = CpuMemory.Address<short>(call.Output);
        var (channels, count) = (new WideChannels(call.Bias, call.Requantization), call.Output.Shape[^1]);
        for (var (i, c) = (first, first % count); i < end; i++, c = c + 1 == count ? 0 : c + 1)
            y[i] = channels.Requantize((high == null ? 0 : 256L * high[i]) + low[i], c);
    }
}
