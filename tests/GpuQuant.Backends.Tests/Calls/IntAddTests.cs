namespace GpuQuant.Backends.Tests.Calls;

public sealed class IntAddTests : ConformanceTests<IntAddCall>
{
    private const int Half = 1 << 30;

    /// <summary>Equal steps, unequal ones, zero points at both ends, a relu's limits, an output with a finer step than the inputs.</summary>
    public static TheoryData<string, IntAddFactors> Cases => TestDevices.Times<IntAddFactors>(
    [
        new(0, Half, 0, 0, Half, 0, Half, -18, 0, -128, 127),
        new(-128, Half, 0, 127, 1_234_567_891, -3, 1_999_999_999, -19, -128, -128, 127),
        new(127, 1_073_741_825, -1, -128, Half, 0, 1_500_000_001, -20, 5, 5, 127),
        new(3, 2_147_483_647, -2, -7, Half, 0, 1_300_000_000, -16, 11, -100, 90),
        new(-1, Half, 0, 1, 1_700_000_000, -12, 1_111_111_111, -18, -3, -128, 127),
    ]);

    /// <summary>Every pair of int8 values, so every tie too.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void IntAdd_AllPairs_MatchesReference(string device, IntAddFactors factors)
    {
        var values = Enumerable.Range(-128, 256).Select(q => (sbyte)q).ToArray();
        Check(device, [.. values.SelectMany(x => values.Select(_ => x))], [.. values.SelectMany(_ => values)], factors);
    }

    [Theory, MemberData(nameof(Cases))]
    public void IntAdd_OddCounts_MatchesReference(string device, IntAddFactors factors)
    {
        foreach (var count in new[] { 1, 15, 17, 8193 })
            Check(device, Draw.Int8(1, count), Draw.Int8(2, count), factors);
    }

    private static void Check(string device, sbyte[] left, sbyte[] right, IntAddFactors factors)
    {
        using var bench = new Bench(device);
        var output = bench.Output<sbyte>(left.Length);
        var expected = IntAddReference.Compute(left, right, factors);
        Run(bench, new(bench.Input(left, left.Length), bench.Input(right, right.Length), output.View, factors),
            () => Verify.Same(expected, output.Result));
    }

    public static TheoryData<string, IntAddFactors> WideCases => TestDevices.Times<IntAddFactors>(
    [
        new(0, Half, 0, 0, Half, 0, Half, -13, 0, -32768, 32767, 15),
        new(0, Half, 0, 0, 1_234_567_891, -3, 1_999_999_999, -14, 0, 0, 32767, 15),
        new(0, 1_700_000_000, -12, 0, Half, 0, 1_500_000_001, -11, 0, -32768, 32767, 15),
    ]);

    [Theory, MemberData(nameof(WideCases))]
    public void IntAdd_Int16_MatchesReference(string device, IntAddFactors factors)
    {
        using var bench = new Bench(device);
        var (left, right) = (Draw.Int16(1, 8201), Draw.Int16(2, 8201));
        (left[0], right[0], left[1], right[1]) = (short.MinValue, short.MinValue, short.MaxValue, short.MaxValue);
        var output = bench.Output<short>(left.Length);
        var expected = WideReference.Add(left, right, factors);
        Run(bench, new(bench.Input(left, left.Length), bench.Input(right, right.Length), output.View, factors),
            () => Verify.Same(expected, output.Result));
    }
}
