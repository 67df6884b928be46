namespace GpuQuant.Backends.Tests.Harness;

/// <summary>
/// A real number together with a bound on the error that float32 arithmetic may make when it computes it: the tolerance of every
/// float test follows from the arithmetic of its reference.
/// </summary>
/// <remarks>
/// Each operation adds its own rounding to what the operands' errors do to it: one unit u = 2^-24 of the result for sums and products
/// (a fused multiply-add only saves one), more where a device is allowed more. Sums may be taken in any order. Results below the
/// least normal number may be flushed to zero.
/// </remarks>
public readonly record struct Approx(double Value, double Error = 0)
{
    private const double Unit = 1.0 / (1 << 24);
    private const double LeastNormal = 1.1754943508222875e-38;

    public static implicit operator Approx(double exact) => new(exact);

    public static Approx operator -(Approx a) => new(-a.Value, a.Error);

    public static Approx operator +(Approx a, Approx b) => Round(a.Value + b.Value, a.Error + b.Error);

    public static Approx operator -(Approx a, Approx b) => a + -b;

    public static Approx operator *(Approx a, Approx b) =>
        Round(a.Value * b.Value, Math.Abs(a.Value) * b.Error + Math.Abs(b.Value) * a.Error + a.Error * b.Error);

    // OpenCL allows a division 2.5 ulp.
    public static Approx operator /(Approx a, Approx b)
    {
        var quotient = a.Value / b.Value;
        return Round(quotient, (a.Error + Math.Abs(quotient) * b.Error) / (Math.Abs(b.Value) - b.Error), 5);
    }

    /// <summary>e^x. Devices compute 2^(x log2 e) within 2 ulp, after a product whose rounding weighs |x| times.</summary>
    public static Approx Exp(Approx x) =>
        Round(Math.Exp(x.Value), Math.Exp(x.Value) * (Math.Exp(x.Error) - 1), 6 + 2 * Math.Abs(x.Value));

    /// <summary>ln x; near x = 1 the error is absolute (2^-22 on GPUs).</summary>
    public static Approx Log(Approx x)
    {
        var value = Math.Log(x.Value);
        return new(value, x.Error / (x.Value - x.Error) + 6 * Unit * Math.Max(1, Math.Abs(value)));
    }

    /// <summary>tanh x, whose slope is at most 1.</summary>
    public static Approx Tanh(Approx x) => Round(Math.Tanh(x.Value), x.Error, 10);

    /// <summary>The square root, within 1.5 ulp.</summary>
    public static Approx Sqrt(Approx x)
    {
        var root = Math.Sqrt(x.Value);
        return Round(root, Math.Max(Math.Sqrt(x.Value + x.Error) - root, root - Math.Sqrt(Math.Max(0, x.Value - x.Error))), 3);
    }

    /// <summary>The sum of terms in any order.</summary>
    public static Approx Sum(IEnumerable<Approx> terms)
    {
        var sum = new ApproxSum();
        foreach (var term in terms)
            sum.Add(term);
        return sum.Total;
    }

    /// <summary>A value with the error that came in and one rounding of so many units.</summary>
    public static Approx Round(double value, double error, double units = 1) =>
        new(value, error + units * Unit * (Math.Abs(value) + error) + LeastNormal);
}
