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
}
