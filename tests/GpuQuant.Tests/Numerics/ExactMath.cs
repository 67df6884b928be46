namespace GpuQuant.Tests.Numerics;

/// <summary>Functions with 28 decimal digits, for judging those with 16: series in <see cref="decimal"/>.</summary>
internal static class ExactMath
{
    private const decimal Pi = 3.1415926535897932384626433833m;

    /// <summary>The exact value of a double of moderate size; the built-in conversion would round to 15 digits.</summary>
    public static decimal Exact(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)((bits >> 52) & 0x7FF) - 1075;
        decimal value = (bits & 0xFFFFFFFFFFFFF) | (exponent > -1075 ? 0x10000000000000 : 0);
        for (; exponent < 0; exponent++)
            value /= 2;
        for (; exponent > 0; exponent--)
            value *= 2;
        return x < 0 ? -value : value;
    }

    public static decimal Exp(decimal x)
    {
        var halvings = 0;
        for (; Math.Abs(x) > 0.01m; halvings++)
            x /= 2;
        var (sum, term) = (1m, 1m);
        for (var i = 1; i <= 14; i++)
            sum += term *= x / i;
        for (; halvings > 0; halvings--)
            sum *= sum;
        return sum;
    }

    public static decimal Log(decimal x)
    {
        // Halley's iteration on exp(y) = x from a rough start; every step triples the number of right digits.
        var y = (decimal)Math.Log((double)x);
        for (var i = 0; i < 3; i++)
            y += 2 * (x - Exp(y)) / (x + Exp(y));
        return y;
    }

    public static decimal Sin(decimal x)
    {
        x -= 2 * Pi * Math.Round(x / (2 * Pi));
        var (sum, term) = (x, x);
        for (var i = 2; i < 40; i += 2)
            sum += term *= -x * x / (i * (i + 1));
        return sum;
    }

    public static decimal Cos(decimal x) => Sin(x + Pi / 2);

    public static decimal Atan(decimal x)
    {
        // Newton's iteration on tan(y) = x; every step doubles the number of right digits.
        var y = (decimal)Math.Atan((double)x);
        for (var i = 0; i < 2; i++)
            y += (x * Cos(y) - Sin(y)) * Cos(y);
        return y;
    }

    public static decimal Hypot(decimal x, decimal y)
    {
        var square = x * x + y * y;
        var root = (decimal)Math.Sqrt((double)square);
        for (var i = 0; i < 2; i++)
            root = (root + square / root) / 2;
        return root;
    }
}
