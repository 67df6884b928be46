using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary><see cref="GateFormula"/> on 16 numbers, AVX2: the same bits. Multiplying adds a half of the last bit too.</summary>
internal static class GateVector
{
    /// <summary>1 / (1 + e^-x) for x with 3 integer bits.</summary>
    public static Vector256<short> Sigmoid(Vector256<short> x)
    {
        var isPositive = Vector256.GreaterThan(x, Vector256<short>.Zero);
        var half = Quotient(Power(Vector256.ConditionalSelect(isPositive, -x, x), GateFormula.Bits));
        var positive = Avx2.AddSaturate(half, half);
        var result = Vector256.ConditionalSelect(isPositive, positive, Vector256.Create((short)GateFormula.One) - positive);
        return Vector256.ConditionalSelect(Vector256.Equals(x, Vector256<short>.Zero), Vector256.Create((short)GateFormula.Half), result);
    }

    /// <summary>tanh x of a gate, with 3 integer bits.</summary>
    public static Vector256<short> Tanh(Vector256<short> x) => Tanh(x, GateFormula.Bits);

    /// <summary>tanh x for x with so many integer bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Tanh(Vector256<short> x, int bits)
    {
        var isPositive = Vector256.GreaterThan(x, Vector256<short>.Zero);
        var quarter = Quotient(Power(Vector256.ConditionalSelect(isPositive, -x, x), bits + 1)) - Vector256.Create((short)GateFormula.OneOfQuotient);
        var half = Avx2.AddSaturate(quarter, quarter);
        var size = Avx2.AddSaturate(half, half);
        return Vector256.AndNot(Vector256.ConditionalSelect(isPositive, size, -size), Vector256.Equals(x, Vector256<short>.Zero));
    }

    /// <summary>x / 2^exponent, halves away from zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> RoundingShiftRight(Vector256<int> x, int exponent)
    {
        var mask = Vector256.Create((1 << exponent) - 1);
        var threshold = Vector256.ShiftRightLogical(mask, 1) - Vector256.ShiftRightArithmetic(x, 31);
        return Vector256.ShiftRightArithmetic(x, exponent) - Vector256.GreaterThan(x & mask, threshold);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Power(Vector256<short> x, int bits)
    {
        var fraction = 15 - bits;
        var quarter = Vector256.Create((short)(1 << (fraction - 2)));
        var rest = (x & (quarter - Vector256<short>.One)) - quarter;
        var (power, whole) = (PowerOfQuarter(Vector256.ShiftLeft(rest, bits)), rest - x);
        // One after the other, so that the compiler knows every factor.
        power = Multiply(power, whole, fraction - 2, GateFormula.Factor(0));
        power = Multiply(power, whole, fraction - 1, GateFormula.Factor(1));
        power = Multiply(power, whole, fraction, GateFormula.Factor(2));
        power = Multiply(power, whole, fraction + 1, GateFormula.Factor(3));
        power = Multiply(power, whole, fraction + 2, GateFormula.Factor(4));
        power = Multiply(power, whole, fraction + 3, GateFormula.Factor(5));
        power = Multiply(power, whole, fraction + 4, GateFormula.Factor(6));
        var least = -(GateFormula.GreatestExponent << fraction);
        return least <= short.MinValue ? power
            : Vector256.AndNot(power, Vector256.LessThan(x, Vector256.Create((short)least)));
    }

    /// <summary>The power times a factor where a bit of the exponent is set; exponents have no more than 15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Multiply(Vector256<short> power, Vector256<short> exponents, int bit, int factor)
    {
        if (bit > 14)
            return power;
        var mask = Vector256.Create((short)(1 << bit));
        return Vector256.ConditionalSelect(Vector256.Equals(exponents & mask, mask), Multiply(power, factor), power);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> PowerOfQuarter(Vector256<short> x)
    {
        var y = x + Vector256.Create((short)GateFormula.Eighth);
        var square = Multiply(y, y);
        var higher = Multiply(RoundingShiftRight(Multiply(square, square), 2) + Multiply(square, y), GateFormula.Third);
        return Avx2.AddSaturate(Vector256.Create((short)GateFormula.PowerOfEighth),
            Multiply(y + RoundingShiftRight(higher + square, 1), GateFormula.PowerOfEighth));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Quotient(Vector256<short> x)
    {
        var divisor = Avx2.Average(x.AsUInt16(), Vector256.Create((ushort)GateFormula.One)).AsInt16();
        var quotient = Vector256.Create((short)GateFormula.FirstQuotient) + Multiply(divisor, GateFormula.FirstSlope);
        for (var i = 0; i < 3; i++)
        {
            var missing = Vector256.Create((short)GateFormula.OneOfQuotient) - Multiply(divisor, quotient);
            quotient += Vector256.ShiftLeft(Multiply(quotient, missing), 2);
        }
        return quotient;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Multiply(Vector256<short> x, int factor) => Multiply(x, Vector256.Create((short)factor));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Multiply(Vector256<short> x, Vector256<short> y) => Avx2.MultiplyHighRoundScale(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> RoundingShiftRight(Vector256<short> x, int exponent)
    {
        var mask = Vector256.Create((short)((1 << exponent) - 1));
        var threshold = Vector256.ShiftRightLogical(mask, 1) - Vector256.ShiftRightArithmetic(x, 15);
        return Vector256.ShiftRightArithmetic(x, exponent) - Vector256.GreaterThan(x & mask, threshold);
    }
}
