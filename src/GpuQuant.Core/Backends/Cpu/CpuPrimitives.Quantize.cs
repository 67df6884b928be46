using GpuQuant.Formulas;
using GpuQuant.Numerics;

namespace GpuQuant.Backends.Cpu;

internal sealed unsafe partial class CpuPrimitives
{
    public Action Prepare(QuantizeCall call)
    {
        var x = At<float>(call.Input);
        var y = At<byte>(call.Output);
        var (scale, zeroPoint, rounding) = (call.Scale, call.ZeroPoint, call.Rounding);
        var (minimum, maximum) = call.Output.Type == DType.UInt8 ? (0, 255) : (-128, 127);
        return ElementWise.PrepareScalar(pool, call.Input.Count,
            i => y[i] = (byte)QuantizeFormula.Quantize(x[i], scale, zeroPoint, minimum, maximum, rounding));
    }

    public Action Prepare(DequantizeCall call)
    {
        var x = At<byte>(call.Input);
        var y = At<float>(call.Output);
        var itemZeroPoints = AtOrNull<int>(call.ItemZeroPoints);
        var (scale, zeroPoint, isSigned) = (call.Scale, call.ZeroPoint, call.Input.Type == DType.Int8);
        var perItem = call.Input.Count / call.Input.Shape[0];
        return ElementWise.PrepareScalar(pool, call.Input.Count, i => y[i] = QuantizeFormula.Dequantize(
            isSigned ? (sbyte)x[i] : x[i], scale, itemZeroPoints == null ? zeroPoint : itemZeroPoints[i / perItem]));
    }

    public Action Prepare(QuantizeRowsCall call)
    {
        var x = At<float>(call.Input);
        var y = At<sbyte>(call.Output);
        var scales = At<float>(call.Scales);
        var zeroPoints = At<int>(call.ZeroPoints);
        var length = call.Input.Count / call.Rows;
        return ElementWise.PrepareScalar(pool, call.Rows, r =>
        {
            var row = x + (long)r * length;
            var (low, high) = (0f, 0f);
            for (var i = 0; i < length; i++)
                (low, high) = (MathF.Min(low, row[i]), MathF.Max(high, row[i]));
            (scales[r], zeroPoints[r]) = (RowRangeFormula.Scale(low, high), RowRangeFormula.ZeroPoint(low, high));
            for (var i = 0; i < length; i++)
                y[(long)r * length + i] = (sbyte)RowRangeFormula.Quantize(row[i], 1 / scales[r], zeroPoints[r]);
        }, 1);
    }
}
