using GpuQuant.Formulas;
using GpuQuant.Numerics;

namespace GpuQuant.Backends.Cpu;

internal sealed unsafe partial class CpuPrimitives
{
    public Action Prepare(FakeQuantizeForwardCall call)
    {
        var (lanes, count) = (new ChannelLanes(call.Scales.Count, call.Inner), call.Input.Count);
        var scales = Scratch<float>(call);
        var zeroPoints = (int*)(scales + lanes.Count);
        return FillScales(call.Scales, call.ZeroPoints, lanes, scales) + ElementWise.Prepare(pool, count, lanes, new FakeQuantizeMap(
            At<float>(call.Input), At<float>(call.Output), scales, zeroPoints, call.Minimum, call.Maximum));
    }

    public Action Prepare(FakeQuantizeBackwardCall call)
    {
        var (lanes, count) = (new ChannelLanes(call.Scales.Count, call.Inner), call.Input.Count);
        var scales = Scratch<float>(call);
        var zeroPoints = (int*)(scales + lanes.Count);
        var map = new FakeQuantizeGradientMap(
            At<float>(call.Input), At<float>(call.OutputGradient), At<float>(call.InputGradient), scales, zeroPoints, call.Minimum,
            call.Maximum);
        return FillScales(call.Scales, call.ZeroPoints, lanes, scales) + ElementWise.Prepare(pool, count, lanes, map);
    }

    public Action Prepare(RangeUpdateCall call)
    {
        var batch = AtOrNull<float>(call.BatchRange);
        var tracker = new RangeTracker(
            new(call.Range, call.Scale, call.ZeroPoint, call.Momentum, call.Minimum, call.Maximum), call.IsSymmetric);
        return batch == null ? tracker.Refresh : () => tracker.Observe((batch[0], batch[1]));
    }

    public Action Prepare(SymmetricRangeCall call)
    {
        var x = At<float>(call.Input);
        var scales = At<float>(call.Scales);
        var zeroPoints = At<int>(call.ZeroPoints);
        var (maximum, length) = (call.Maximum, call.Input.Count / call.Scales.Count);
        return PrepareRows(call.Scales.Count, length, (begin, end) =>
        {
            for (var c = begin; c < end; c++)
            {
                var (low, high) = Ranges.Widen(x + (long)c * length, length, 0, 0);
                (scales[c], zeroPoints[c]) = (RangeFormula.Symmetric(MathF.Max(-low, high), maximum), 0);
            }
        });
    }

    public Action Prepare(QuantizeCall call)
    {
        if (call.Output.Type == DType.Int16)
            return Rows(call.Output.Count, 1, call, WideMaps.Quantize);
        var (minimum, maximum) = call.Output.Type == DType.UInt8 ? (0, 255) : (-128, 127);
        return ElementWise.Prepare(pool, call.Input.Count, new QuantizeMap(
            At<float>(call.Input), At<byte>(call.Output), call.Scale, call.ZeroPoint, minimum, maximum, call.Rounding));
    }

    public Action Prepare(DequantizeCall call)
    {
        if (call.Input.Type == DType.Int16)
            return Rows(call.Output.Count, 1, call, WideMaps.Dequantize);
        var (lanes, zeroPoint) = (Items(call), call.ZeroPoint);
        var itemZeroPoints = AtOrNull<int>(call.ItemZeroPoints);
        var zeroPoints = Scratch<int>(call);
        Action fill = itemZeroPoints == null
            ? () => new Span<int>(zeroPoints, lanes.Count).Fill(zeroPoint)
            : () => lanes.Fill(itemZeroPoints, zeroPoints);
        return fill + ElementWise.Prepare(pool, call.Input.Count, lanes, new DequantizeMap(
            At<byte>(call.Input), At<float>(call.Output), call.Scale, zeroPoints, call.Input.Type == DType.Int8));
    }

    public Action Prepare(QuantizeRowsCall call)
    {
        var length = call.Input.Count / call.Rows;
        var quantizer = new RowQuantizer(
            At<float>(call.Input), At<sbyte>(call.Output), At<float>(call.Scales), At<int>(call.ZeroPoints), length);
        return PrepareRows(call.Rows, length, (begin, end) =>
        {
            for (var row = begin; row < end; row++)
                quantizer.Row(row);
        });
    }

    private static long ScaleTableBytes(TensorView scales, int inner) =>
        (sizeof(float) + sizeof(int)) * (long)new ChannelLanes(scales.Count, inner).Count;

    /// <summary>Which zero point belongs to which element: one per item, or one for all.</summary>
    private static ChannelLanes Items(DequantizeCall call) =>
        call.ItemZeroPoints is null ? new(1) : new(call.Input.Shape[0], call.Input.Count / call.Input.Shape[0]);

    private static Action FillScales(TensorView scales, TensorView zeroPoints, ChannelLanes lanes, float* table)
    {
        var values = At<float>(scales);
        var integers = At<int>(zeroPoints);
        return () =>
        {
            lanes.Fill(values, table);
            lanes.Fill(integers, (int*)(table + lanes.Count));
        };
    }
}
