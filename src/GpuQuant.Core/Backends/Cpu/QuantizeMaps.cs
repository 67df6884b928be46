using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>Quantize and dequantize in float.</summary>
internal readonly unsafe struct FakeQuantizeMap(float* x, float* y, float* scales, int* zeroPoints, int minimum, int maximum) : ILaneMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i, int lane)
    {
        var zeroPoint = Vector512.ConvertToSingle(Vector512.Load(zeroPoints + lane));
        var (least, greatest) = (Vector512.Create((float)minimum), Vector512.Create((float)maximum));
        QuantizeVector.FakeQuantize(Vector512.Load(x + i), Vector512.Load(scales + lane), zeroPoint, least, greatest).Store(y + i);
    }

    public void Single(int i, int lane) =>
        y[i] = QuantizeFormula.FakeQuantize(x[i], scales[lane], zeroPoints[lane], minimum, maximum);
}

/// <summary>Lets the gradient through where the integer was not clamped.</summary>
internal readonly unsafe struct FakeQuantizeGradientMap(
    float* x, float* dy, float* dx, float* scales, int* zeroPoints, int minimum, int maximum) : ILaneMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i, int lane)
    {
        var steps = QuantizeVector.RoundHalfAway(Vector512.Load(x + i) / Vector512.Load(scales + lane));
        var q = steps + Vector512.ConvertToSingle(Vector512.Load(zeroPoints + lane));
        var isInside = Vector512.GreaterThanOrEqual(q, Vector512.Create((float)minimum))
            & Vector512.LessThanOrEqual(q, Vector512.Create((float)maximum));
        (isInside & Vector512.Load(dy + i)).Store(dx + i);
    }

    public void Single(int i, int lane) =>
        dx[i] = QuantizeFormula.IsInside(x[i], scales[lane], zeroPoints[lane], minimum, maximum) ? dy[i] : 0;
}

/// <summary>Float to int8 or uint8.</summary>
internal readonly unsafe struct QuantizeMap(
    float* x, byte* y, float scale, int zeroPoint, int minimum, int maximum, Rounding rounding) : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i) => QuantizeVector.StoreBytes(
        QuantizeVector.Quantize(Vector512.Load(x + i), scale, zeroPoint, minimum, maximum, rounding), y + i);

    public void Single(int i) => y[i] = (byte)QuantizeFormula.Quantize(x[i], scale, zeroPoint, minimum, maximum, rounding);
}

/// <summary>int8 or uint8 to float.</summary>
internal readonly unsafe struct DequantizeMap(byte* x, float* y, float scale, int* zeroPoints, bool isSigned) : ILaneMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i, int lane)
    {
        var steps = QuantizeVector.LoadBytes(x + i, isSigned) - Vector512.Load(zeroPoints + lane);
        (Vector512.ConvertToSingle(steps) * scale).Store(y + i);
    }

    public void Single(int i, int lane) => y[i] = QuantizeFormula.Dequantize(isSigned ? (sbyte)x[i] : x[i], scale, zeroPoints[lane]);
}

/// <summary>One row with the range that it needs.</summary>
internal readonly unsafe struct RowQuantizer(float* x, sbyte* y, float* scales, int* zeroPoints, int length)
{
    private const int Width = 16;

    public void Row(int row)
    {
        var values = x + (long)row * length;
        var (low, high) = Ranges.Widen(values, length, 0, 0);
        (scales[row], zeroPoints[row]) = (RowRangeFormula.Scale(low, high), RowRangeFormula.ZeroPoint(low, high));
        Quantize(values, y + (long)row * length, 1 / scales[row], zeroPoints[row]);
    }

    private void Quantize(float* values, sbyte* integers, float inverse, int zeroPoint)
    {
        var i = 0;
        for (; i + Width <= length; i += Width)
        {
            var steps = QuantizeVector.RoundHalfAway(Vector512.Load(values + i) * inverse);
            QuantizeVector.StoreBytes(QuantizeVector.Place(steps, Vector512.Create(zeroPoint), -128, 127), integers + i);
        }
        for (; i < length; i++)
            integers[i] = (sbyte)RowRangeFormula.Quantize(values[i], inverse, zeroPoint);
    }
}
