namespace GpuQuant.Formulas;

/// <summary>
/// Sigmoid and tanh of 16-bit fixed-point numbers in integers alone, as in TFLite's integer LSTM (gemmlowp's fixed point): a power of e from
/// a Taylor polynomial around -1/8 and the bits of the exponent, then a division by Newton's iteration. Results have 15 fractional bits.
/// </summary>
internal static class GateFormula
{
    /// <summary>Integer bits of a gate before its function: -8 to 8 in steps of 2^-12.</summary>
    public const int Bits = 3;

    /// <summary>The nearest number to 1 with 15 fractional bits.</summary>
    public const int One = 32767;

    /// <summary>1/2 with 15 fractional bits.</summary>
    public const int Half = 1 << 14;

    /// <summary>1 with 2 integer bits, those of the quotients.</summary>
    public const int OneOfQuotient = 1 << 13;

    /// <summary>48/17 and -32/17 with 2 integer bits: the straight line from which the division starts.</summary>
    public const int FirstQuotient = 23130, FirstSlope = -15420;

    /// <summary>e^(-1/8) and 1/3 with 15 fractional bits.</summary>
    public const int PowerOfEighth = 28918, Third = 10923;

    /// <summary>1/8 with 15 fractional bits.</summary>
    public const int Eighth = 1 << 12;

    /// <summary>The exponents whose powers make up e^-x, from 1/4 to 16.</summary>
    public const int FactorCount = 7;

    /// <summary>Below this no power is left.</summary>
    public const int GreatestExponent = 32;

    /// <summary>e^(-2^(i - 2)) with 15 fractional bits.</summary>
    public static int Factor(int i) => i switch { 0 => 25520, 1 => 19875, 2 => 12055, 3 => 4435, 4 => 600, 5 => 11, _ => 0 };

    /// <summary>1 / (1 + e^-x) for x with <see cref="Bits"/> integer bits.</summary>
    /// <example>0 gives 16384; ln 3 = 4500 / 4096 gives 24572, 0.7499.</example>
    public static int Sigmoid(int x)
    {
        if (x == 0)
            return Half;
        var positive = 2 * Quotient(Power(x > 0 ? -x : x, Bits));
        positive = positive > One ? One : positive;
        return x > 0 ? positive : One - positive;
    }

    /// <summary>tanh x for x with so many integer bits, up to 12.</summary>
    public static int Tanh(int x, int bits)
    {
        if (x == 0)
            return 0;
        var size = 4 * (Quotient(Power(x > 0 ? -x : x, bits + 1)) - OneOfQuotient);
        size = size > One ? One : size;
        return x > 0 ? size : -size;
    }

    /// <summary>The nearest 16-bit number.</summary>
    public static int Saturate(int x) => x > 32767 ? 32767 : x < -32768 ? -32768 : x;

    /// <summary>a b of numbers with 15 fractional bits, halves up.</summary>
    public static int Multiply(int a, int b) => (a * b + Half) >> 15;

    /// <summary>e^x for x below 0: the part below a quarter by a polynomial, then the power of every bit that is set.</summary>
    private static int Power(int x, int bits)
    {
        var fraction = 15 - bits;
        if (x < -(GreatestExponent << fraction))
            return 0;
        var quarter = 1 << (fraction - 2);
        var rest = (x & (quarter - 1)) - quarter;
        var power = PowerOfQuarter(rest << bits);
        for (var i = 0; i < FactorCount; i++)
            power = (((rest - x) >> (fraction - 2 + i)) & 1) == 0 ? power : Multiply(power, Factor(i));
        return power;
    }

    /// <summary>e^x for x from -1/4 to 0: e^(-1/8) times the first terms of e^y, y = x + 1/8.</summary>
    private static int PowerOfQuarter(int x)
    {
        var y = x + Eighth;
        var square = Multiply(y, y);
        var higher = Multiply(RequantizeFormula.RoundingShiftRight(Multiply(square, square), 2) + Multiply(square, y), Third);
        return Saturate(PowerOfEighth + Multiply(PowerOfEighth, y + RequantizeFormula.RoundingShiftRight(higher + square, 1)));
    }

    /// <summary>1 / ((1 + x) / 2) for x from 0 to 1, with 2 integer bits: three of Newton's iterations.</summary>
    private static int Quotient(int x)
    {
        var divisor = (x + One + 1) >> 1;
        var quotient = FirstQuotient + Multiply(divisor, FirstSlope);
        for (var i = 0; i < 3; i++)
            quotient += 4 * Multiply(quotient, OneOfQuotient - Multiply(divisor, quotient));
        return quotient;
    }
}
