namespace GpuQuant.Numerics;

/// <summary>
/// Exponential, logarithm, sine, cosine, arc tangent and hypotenuse from exactly rounded operations (+ - * / and square root) alone, in a
/// fixed order: the same bits on every machine. The system's own functions differ in the last bits between operating systems, and a data
/// set must not.
/// Relative error below 4e-16 for log and the arc tangent, below 1.2e-16 for exp and the hypotenuse; absolute error below 4e-16 for sin
/// and cos with |x| up to 1e5.
/// </summary>
public static class PortableMath
{
    private const double Ln2High = 6.93147180369123816490e-01, Ln2Low = 1.90821492927058770002e-10;
    private const double HalfPi1 = 1.57079632673412561417e+00, HalfPi2 = 6.07710050630396597660e-11, HalfPi3 = 2.02226624871116645580e-21;
    private const double HalfPi = 1.57079632679489661923;
    private static readonly double[] AtanOfQuarters =
        [0, 0.24497866312686415417, 0.46364760900080611621, 0.64350110879328438680, 0.78539816339744830962];

    /// <summary>e to the power x: 0 below -708, infinity above 709.7. <c>Exp(1)</c> is 2.718281828459045.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x))
            return x;
        if (x > 709.7)
            return double.PositiveInfinity;
        if (x < -708)
            return 0;
        // x = n ln 2 + high + low with |high + low| <= ln 2 / 2; e^(high + low) = 1 + high + high^2 / 2 + rest. What the first two sums
        // round away joins the rest, whose series ends below 1e-18, so that only the last sum rounds.
        var n = Math.Floor(x * 1.44269504088896338700 + 0.5);
        var (high, low) = (x - n * Ln2High, -n * Ln2Low);
        var r = high + low;
        var series = 1.0;
        for (var i = 14; i >= 4; i--)
            series = 1 + r / i * series;
        var half = high * high / 2;
        var rest = low + low * (high + low / 2) + Math.FusedMultiplyAdd(high, high / 2, -half) + r * r * r / 6 * series;
        var linear = 1 + high;
        var square = linear + half;
        var sum = square + (high - (linear - 1) + (half - (square - linear)) + rest);
        return sum * PowerOfTwo((int)n);
    }

    /// <summary>The natural logarithm: negative infinity at 0, NaN below. <c>Log(2)</c> is 0.6931471805599453.</summary>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0)
            return double.NaN;
        if (x == 0)
            return double.NegativeInfinity;
        if (double.IsPositiveInfinity(x))
            return x;
        var exponent = 0;
        if (x < 2.2250738585072014e-308)
        {
            x *= 18014398509481984.0; // 2^54 makes a subnormal number normal
            exponent = -54;
        }
        var bits = BitConverter.DoubleToInt64Bits(x);
        exponent += (int)((bits >> 52) & 0x7FF) - 1023;
        var m = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (m > 1.4142135623730951)
        {
            m /= 2;
            exponent++;
        }
        // log m = 2 artanh(s), s = (m - 1) / (m + 1), |s| <= 0.172: eleven terms reach 1e-18.
        var s = (m - 1) / (m + 1);
        var s2 = s * s;
        var sum = 0.0;
        for (var i = 23; i >= 3; i -= 2)
            sum = (sum + 1.0 / i) * s2;
        return exponent * Ln2High + (2 * s + (2 * s * sum + exponent * Ln2Low));
    }

    /// <summary>x to the power n, from 0 on, by squaring: about log2(n) roundings. <c>Power(0.9, 2)</c> is 0.81.</summary>
    public static double Power(double x, long n)
    {
        var result = 1.0;
        for (; n > 0; n >>= 1, x *= x)
            if ((n & 1) != 0)
                result *= x;
        return result;
    }

    /// <summary>The sine of x in radians. <c>Sin(0.4)</c> is 0.3894183423086505.</summary>
    public static double Sin(double x) => Quadrant(x, 0);

    /// <summary>The cosine of x in radians. <c>Cos(0.4)</c> is 0.9210609940028851.</summary>
    public static double Cos(double x) => Quadrant(x, 1);

    /// <summary>The angle in radians, -pi/2 to pi/2, whose tangent is x. <c>Atan(1)</c> is 0.7853981633974483.</summary>
    public static double Atan(double x)
    {
        if (!(Math.Abs(x) <= 1))
            return double.IsNaN(x) ? x : (x > 0 ? HalfPi : -HalfPi) - Atan(1 / x);
        // atan x = atan c + atan r for the nearest quarter c and r = (x - c) / (1 + x c), |r| <= 1/8: nine terms reach 1e-18.
        var quarters = Math.Floor(Math.Abs(x) * 4 + 0.5);
        var r = (Math.Abs(x) - quarters / 4) / (1 + Math.Abs(x) * (quarters / 4));
        var r2 = r * r;
        var sum = 0.0;
        for (var i = 19; i >= 3; i -= 2)
            sum = r2 * (1.0 / i - sum);
        var angle = AtanOfQuarters[(int)quarters] + (r - r * sum);
        return x < 0 ? -angle : angle;
    }

    /// <summary>The square root of x^2 + y^2, for numbers whose squares neither overflow nor vanish. <c>Hypot(3, 4)</c> is 5.</summary>
    public static double Hypot(double x, double y)
    {
        var root = Math.Sqrt(x * x + y * y);
        if (root == 0 || !double.IsFinite(root))
            return root;
        // One step of Newton's iteration with the squares' exact rest removes the rounding of squares and sum.
        var (x2, y2, root2) = (x * x, y * y, root * root);
        var (larger, smaller) = x2 > y2 ? (x2, y2) : (y2, x2);
        var rest = larger - root2 + smaller + Math.FusedMultiplyAdd(x, x, -x2) + Math.FusedMultiplyAdd(y, y, -y2)
            - Math.FusedMultiplyAdd(root, root, -root2);
        return root + rest / (2 * root);
    }

    private static double Quadrant(double x, int shift)
    {
        if (!double.IsFinite(x))
            return double.NaN;
        // x = n pi/2 + r with |r| <= pi/4, pi/2 in three parts so that r keeps all its bits.
        var n = Math.Floor(x / 1.57079632679489661923 + 0.5);
        var r = x - n * HalfPi1 - n * HalfPi2 - n * HalfPi3;
        var quadrant = (int)(((long)n + shift) & 3);
        var value = (quadrant & 1) == 0 ? SinSeries(r) : CosSeries(r);
        return quadrant >= 2 ? -value : value;
    }

    private static double SinSeries(double r)
    {
        var r2 = r * r;
        var sum = 0.0;
        for (var i = 19; i >= 3; i -= 2)
            sum = -r2 / (i * (i - 1)) * (1 + sum);
        return r + r * sum;
    }

    private static double CosSeries(double r)
    {
        var r2 = r * r;
        var sum = 0.0;
        for (var i = 18; i >= 2; i -= 2)
            sum = -r2 / (i * (i - 1)) * (1 + sum);
        return 1 + sum;
    }

    private static double PowerOfTwo(int n) => n >= -1022
        ? BitConverter.Int64BitsToDouble((long)(n + 1023) << 52)
        : BitConverter.Int64BitsToDouble((long)(n + 1023 + 64) << 52) * 5.421010862427522e-20;
}
