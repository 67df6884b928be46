using System.Numerics;

namespace GpuQuant.Backends.Tests.Reference;

/// <summary>
/// Integer recurrent layers one unit at a time, from the published definitions: products of unbounded integers, fixed-point numbers as
/// doubles, which hold them exactly.
/// </summary>
public sealed record IntSequenceReference(
    int Batch, int Steps, int Units, int Gates, sbyte[] Recurrent, int[] Bias, int[] Multipliers, int[] Shifts, IntStateFactors State)
{
    private const double OneOf15 = 32768, OneOf13 = 8192;

    public sbyte[] Lstm(int[] inputs) => Walk(inputs, (memory, x, h, u) =>
    {
        var (i, f, o) = (Sigmoid(Gate(x, h, 0, u)), Sigmoid(Gate(x, h, 1, u)), Sigmoid(Gate(x, h, 3, u)));
        var g = Tanh(Gate(x, h, 2, u), 3);
        memory = Saturate(AwayFromZero(f * memory / OneOf15) + AwayFromZero(i * g / Math.ScaleB(1, 15 + State.CellBits)));
        return (memory, (long)(o * Tanh(memory, State.CellBits)));
    });

    public sbyte[] Gru(int[] inputs) => Walk(inputs, (memory, x, h, u) =>
    {
        var (z, r) = (Sigmoid(Gate(x, h, 0, u)), Sigmoid(Gate(x, h, 1, u)));
        var n = Tanh(Saturate(Part(x, 2, u, 0) + AwayFromZero(r * Saturate(Part(h, 2, u, Gates)) / OneOf15)), 3);
        memory = n + AwayFromZero(z * (memory - n) / OneOf15);
        return (memory, (long)memory);
    });

    private sbyte[] Walk(int[] inputs, Func<double, int[], int[], int, (double Memory, long Output)> step)
    {
        var output = new sbyte[Batch * Units];
        for (var sample = 0; sample < Batch; sample++)
        {
            var (memory, state) = (new double[Units], Enumerable.Repeat(State.ZeroPoint, Units).ToArray());
            for (var t = 0; t < Steps; t++)
            {
                var x = inputs.Skip((sample * Steps + t) * Gates * Units).Take(Gates * Units).ToArray();
                var h = Enumerable.Range(0, Gates * Units).Select(row => Bias[row] + Enumerable.Range(0, Units).Sum(k =>
                    Recurrent[row * Units + k] * (state[k] - State.ZeroPoint))).ToArray();
                for (var u = 0; u < Units; u++)
                {
                    (memory[u], var exact) = step(memory[u], x, h, u);
                    state[u] = (int)BigInteger.Clamp(
                        RequantizeReference.Multiply(exact, State.Multiplier, State.Shift) + State.ZeroPoint, -128, 127);
                }
            }
            for (var u = 0; u < Units; u++)
                output[sample * Units + u] = (sbyte)state[u];
        }
        return output;
    }

    private double Gate(int[] inputs, int[] states, int gate, int unit) =>
        Saturate(Part(inputs, gate, unit, 0) + (double)RequantizeReference.Multiply(
            states[gate * Units + unit], Multipliers[Gates + gate], Shifts[Gates + gate]));

    private double Part(int[] sums, int gate, int unit, int factors) => Saturate((double)RequantizeReference.Multiply(
        sums[gate * Units + unit], Multipliers[factors + gate], Shifts[factors + gate]));

    /// <summary>gemmlowp's logistic of a number with 3 integer bits.</summary>
    private static double Sigmoid(double x)
    {
        var positive = Math.Min(32767, 2 * Reciprocal(Exp(-Math.Abs(x) / 4096)));
        return x == 0 ? 16384 : x > 0 ? positive : 32767 - positive;
    }

    /// <summary>gemmlowp's tanh.</summary>
    private static double Tanh(double x, int bits) => Math.Sign(x) * Math.Min(32767,
        4 * (Reciprocal(Exp(-2 * Math.Abs(Math.ScaleB(x, bits - 15)))) - OneOf13));

    /// <summary>e^x with 15 fractional bits, x below 0: the rest below a quarter by Taylor's polynomial, then a factor for every bit.</summary>
    private static double Exp(double x)
    {
        if (x < -32)
            return 0;
        var rest = x - 0.25 * Math.Floor(x / 0.25) - 0.25;
        var y = (rest + 0.125) * OneOf15;
        var (y2, y3, y4) = (HalfUp(y * y), HalfUp(HalfUp(y * y) * y), HalfUp(HalfUp(y * y) * HalfUp(y * y)));
        var tail = AwayFromZero((HalfUp((AwayFromZero(y4 / 4) + y3) * 10923) + y2) / 2);
        var power = Saturate(28918 + HalfUp(28918 * (y + tail)));
        foreach (var exponent in new[] { 0.25, 0.5, 1, 2, 4, 8, 16 })
            if (Math.Floor((rest - x) / exponent) % 2 == 1)
                power = HalfUp(power * Math.Floor(Math.Exp(-exponent) * OneOf15 + 0.5));
        return power;
    }

    /// <summary>2 / (1 + x) with 13 fractional bits by Newton's iterations from 48/17 - 32/17 of the divisor.</summary>
    private static double Reciprocal(double x)
    {
        var divisor = Math.Floor((x + 32767 + 1) / 2);
        var quotient = Math.Floor(48 / 17.0 * OneOf13 + 0.5) + HalfUp(divisor * Math.Floor(-32 / 17.0 * OneOf13 + 0.5));
        for (var i = 0; i < 3; i++)
            quotient += 4 * HalfUp(quotient * (OneOf13 - HalfUp(divisor * quotient)));
        return quotient;
    }

    private static double HalfUp(double product) => Math.Floor(product / OneOf15 + 0.5);

    private static double AwayFromZero(double x) => Math.Round(x, MidpointRounding.AwayFromZero);

    private static double Saturate(double x) => Math.Clamp(x, short.MinValue, short.MaxValue);
}
