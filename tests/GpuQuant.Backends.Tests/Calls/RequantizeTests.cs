namespace GpuQuant.Backends.Tests.Calls;

public sealed class RequantizeTests : ConformanceTests<RequantizeCall>
{
    private const int Columns = 13;

    /// <summary>The accumulators' magnitude keeps the value before clamping inside int32, as TFLite requires.</summary>
    public static TheoryData<string, (RequantizeCase Case, int Magnitude)> Cases => TestDevices.Times<(RequantizeCase, int)>(
    [
        (new(1, 0, 0, -128, 127), 300), (new(1, -1, -3, -128, 127), 600), (new(Columns, -8, 5, -128, 127), 50_000),
        (new(Columns, -9, 128, 0, 255), 100_000), (new(1, -28, 0, -128, 127), int.MaxValue), (new(1, -31, 0, -128, 127), int.MaxValue),
        (new(Columns, 16, 0, -128, 127), 20_000), (new(1, 7, 0, -128, 127), 10), (new(1, -3, 10, 10, 100), 5000),
    ]);

    [Theory, MemberData(nameof(Cases))]
    public void Requantize_WithoutBias_MatchesReference(string device, (RequantizeCase Case, int Magnitude) c)
    {
        using var bench = new Bench(device);
        var accumulators = Accumulators(c.Magnitude);
        var input = bench.Input(accumulators, accumulators.Length / Columns, Columns);
        c.Case.Check(bench, accumulators, [accumulators.Length / Columns, Columns],
            (output, verify) => Run(bench, new(input, null, output, c.Case.On(bench)), verify));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Requantize_WithBias_MatchesReference(string device, (RequantizeCase Case, int Magnitude) c)
    {
        using var bench = new Bench(device);
        var half = Accumulators(c.Magnitude / 2);
        var bias = Draw.Integers(2, Columns, -(c.Magnitude / 2), c.Magnitude / 2);
        var input = bench.Input(half, half.Length / Columns, Columns);
        var offsets = bench.Input(bias, Columns);
        c.Case.Check(bench, [.. half.Select((x, i) => x + bias[i % Columns])], [half.Length / Columns, Columns],
            (output, verify) => Run(bench, new(input, offsets, output, c.Case.On(bench)), verify));
    }

    // Small numbers of both signs, which tie, and random ones.
    private static int[] Accumulators(int magnitude) =>
    [
        .. Enumerable.Range(-5 * Columns, 10 * Columns).Select(x => Math.Clamp(x, -magnitude, magnitude)),
        .. Draw.Integers(1, 20 * Columns, -magnitude, magnitude),
    ];

    public static TheoryData<string, (int Shift, int Magnitude)> WideCases =>
        TestDevices.Times([(-28, int.MaxValue), (-18, int.MaxValue), (-8, 50_000), (0, 300), (7, 3)]);

    [Theory, MemberData(nameof(WideCases))]
    public void Requantize_BytesOfInt16_MatchesReference(string device, (int Shift, int Magnitude) c)
    {
        using var bench = new Bench(device);
        var (low, high) = (Accumulators(c.Magnitude), Draw.Integers(7, 30 * Columns, -c.Magnitude, c.Magnitude));
        long[] bias = [.. Draw.Integers(2, Columns, -c.Magnitude, c.Magnitude).Select(b => b * 77L)];
        var requantize = new RequantizeCase(Columns, c.Shift, 0, -32768, 32767);
        long[] sums = [.. low.Select((x, i) => 256L * high[i] + x + bias[i % Columns])];
        var output = bench.Output<short>(low.Length / Columns, Columns);
        var expected = WideReference.Requantize(sums, Columns, requantize);
        Run(bench, new(bench.Input(low, low.Length / Columns, Columns), bench.Input(bias, Columns), output.View, requantize.On(bench),
            bench.Input(high, low.Length / Columns, Columns)), () => Verify.Same(expected, output.Result));
    }
}
