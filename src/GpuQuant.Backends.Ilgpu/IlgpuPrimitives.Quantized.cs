using GpuQuant.Kernels;
using GpuQuant.Numerics;

namespace GpuQuant.Backends.Ilgpu;

internal sealed partial class IlgpuPrimitives
{
    public Action Prepare(QuantizeCall call)
    {
        if (call.Output.Type == DType.Int16)
            return kernels.Bind(
                WideKernel.Quantize, call.Input.Count, Floats(call.Input), Int16s(call.Output), call.Scale, call.ZeroPoint, call.Rounding);
        var (minimum, maximum) = call.Output.Type == DType.Int8 ? (-128, 127) : (0, 255);
        return kernels.Bind(
            QuantizeKernel.Quantize, call.Input.Count,
            Floats(call.Input), Bytes(call.Output), call.Scale, call.ZeroPoint, minimum, maximum, call.Rounding);
    }

    public Action Prepare(DequantizeCall call) => call.Input.Type == DType.Int16
        ? kernels.Bind(WideKernel.Dequantize, call.Input.Count, Int16s(call.Input), Floats(call.Output), call.Scale, call.ZeroPoint)
        : kernels.Bind(
            QuantizeKernel.Dequantize, call.Input.Count,
            Bytes(call.Input), Floats(call.Output), Optional<int>(call.ItemZeroPoints, call.Output), call.Scale, call.ZeroPoint,
            Flag(call.Input.Type == DType.Int8), call.ItemZeroPoints is null ? 0 : call.Input.Count / call.Input.Shape[0]);

    public Action Prepare(FakeQuantizeForwardCall call) => kernels.Bind(
        QuantizeKernel.FakeQuantize, call.Input.Count,
        Floats(call.Input), Floats(call.Scales), Ints(call.ZeroPoints), Floats(call.Output),
        call.Inner, call.Scales.Count, call.Minimum, call.Maximum);

    public Action Prepare(FakeQuantizeBackwardCall call) => kernels.Bind(
        QuantizeKernel.FakeQuantizeBackward, call.Input.Count,
        Floats(call.Input), Floats(call.Scales), Ints(call.ZeroPoints), Floats(call.OutputGradient), Floats(call.InputGradient),
        call.Inner, call.Scales.Count, call.Minimum, call.Maximum);

    public Action Prepare(RangeUpdateCall call) => kernels.Bind(
        RangeKernel.Update, 1,
        Optional<float>(call.BatchRange, call.Range), Floats(call.Range), Floats(call.Scale), Ints(call.ZeroPoint), call.Momentum,
        call.Minimum, call.Maximum, Flag(call.BatchRange), Flag(call.IsSymmetric));

    public Action Prepare(SymmetricRangeCall call)
    {
        var (found, channels, parts) = (Scratch(call), call.Scales.Count, MagnitudeParts(call));
        return kernels.Bind(
                RangeKernel.MagnitudeChunk, channels * parts, Floats(call.Input), found, call.Input.Count / channels, parts)
            + kernels.Bind(
                RangeKernel.Symmetric, channels, found, Floats(call.Scales), Ints(call.ZeroPoints), parts, call.Maximum);
    }

    public Action Prepare(QuantizeRowsCall call)
    {
        var (x, scales, zeroPoints) = (Floats(call.Input), Floats(call.Scales), Ints(call.ZeroPoints));
        var columns = call.Input.Count / call.Rows;
        return kernels.Bind(QuantizeRowsKernel.Range, call.Rows, x, scales, zeroPoints, columns)
            + kernels.Bind(QuantizeRowsKernel.Quantize, call.Input.Count, x, scales, zeroPoints, Int8s(call.Output), columns);
    }

    public Action Prepare(FloatToAccumulatorCall call) => kernels.Bind(
        AccumulatorKernel.FromFloat, call.Input.Count, Floats(call.Input), Optional<int>(call.Bias, call.Output), Ints(call.Output),
        Flag(call.Accumulate), call.Input.Shape[^1], Flag(call.Bias));

    public Action Prepare(RequantizeCall call)
    {
        var r = call.Requantization;
        if (call.Output.Type == DType.Int16)
            return kernels.Bind(
                WideKernel.Requantize, call.Input.Count,
                Ints(call.Input), Optional<int>(call.High, call.Input), Optional<long>(call.Bias, r.Shifts), Ints(r.Multipliers),
                Ints(r.Shifts), Int16s(call.Output), new WideSizes(0, call.Input.Shape[^1], Flag(call.Bias), 0), Flag(call.High), Sizes(r));
        return kernels.Bind(
            AccumulatorKernel.Requantize, call.Input.Count,
            Ints(call.Input), Optional<int>(call.Bias, call.Input), Ints(r.Multipliers), Ints(r.Shifts), Bytes(call.Output),
            call.Input.Shape[^1], Flag(call.Bias), Sizes(r));
    }

    public Action Prepare(ScaleAccumulatorsCall call) => kernels.Bind(
        AccumulatorKernel.Scale, call.Input.Count,
        Ints(call.Input), Floats(call.RowScales), Floats(call.ChannelScales), Optional<float>(call.Bias, call.RowScales),
        Floats(call.Output), call.Input.Count / call.RowScales.Count, call.Input.Shape[^1], call.ChannelScales.Count, Flag(call.Bias),
        call.Activation);

    public Action Prepare(IntSoftmaxCall call)
    {
        var columns = call.Input.Shape[^1];
        return kernels.Bind(
            IntSoftmaxKernel.Forward, call.Input.Count / columns, Int8s(call.Input), Floats(call.Table), Bytes(call.Output), columns);
    }

    private static int MagnitudeParts(SymmetricRangeCall call) => Math.Clamp(call.Input.Count / call.Scales.Count / 64, 1, 1024);

    private static RequantizeSizes Sizes(Requantization r) => new(r.Multipliers.Count, r.ZeroPoint, r.Minimum, r.Maximum);
}
