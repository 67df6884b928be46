namespace GpuQuant.Backends.Tests.Harness;

/// <summary>One way to requantize the outputs of a channelled call.</summary>
/// <param name="Channels">Multipliers: 1 is per tensor.</param>
/// <param name="Shift">The shift of the first channel; the others' lie up to 3 below.</param>
/// <param name="ZeroPoint">The output's zero point.</param>
/// <param name="Minimum">The least output.</param>
/// <param name="Maximum">The greatest output; above 127 the output is uint8.</param>
public sealed record RequantizeCase(int Channels, int Shift, int ZeroPoint, int Minimum, int Maximum)
{
    public bool IsSigned => Maximum <= 127;

    // The first is the factor 1/2, which makes ties; a multiplier lies in [2^30, 2^31).
    public int[] Multipliers => [1 << 30, .. Draw.Integers(11, Channels, 1 << 30, int.MaxValue).Skip(1)];

    public int[] Shifts => [.. Enumerable.Range(0, Channels).Select(c => Shift - c % 4)];

    public Requantization On(Bench bench) =>
        new(bench.Input(Multipliers, Channels), bench.Input(Shifts, Channels), ZeroPoint, Minimum, Maximum);

    public int[] Expect(int[] accumulators, int columns) =>
        RequantizeReference.Compute(accumulators, columns, Multipliers, Shifts, ZeroPoint, Minimum, Maximum);

    /// <summary>Makes the output of the right type, runs, and compares.</summary>
    public void Check(Bench bench, int[] accumulators, int[] shape, Action<TensorView, Action> run)
    {
        var expected = Expect(accumulators, shape[^1]);
        if (IsSigned)
        {
            var output = bench.Output<sbyte>(shape);
            run(output.View, () => Verify.Same([.. expected.Select(q => (sbyte)q)], output.Result));
        }
        else
        {
            var output = bench.Output<byte>(shape);
            run(output.View, () => Verify.Same([.. expected.Select(q => (byte)q)], output.Result));
        }
    }
}
