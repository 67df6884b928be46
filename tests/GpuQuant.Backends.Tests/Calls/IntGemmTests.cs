namespace GpuQuant.Backends.Tests.Calls;

public sealed class IntGemmTests : ConformanceTests<IntGemmCall>
{
    public static TheoryData<string, (int M, int N, int K, bool Bias, bool RowZeroPoints)> Sizes => TestDevices.Times(
    [
        (1, 1, 1, false, false), (1, 7, 5, true, false), (5, 1, 67, false, true), (16, 16, 64, true, true), (3, 5, 301, false, false),
        (67, 131, 2, true, false), (31, 37, 41, true, true), (67, 131, 257, false, false), (2, 3, 2500, true, false),
    ],
    [(33, 9, 32, true, true), (7, 66, 130, true, false), (65, 65, 16, false, true)],
    TestDevices.Groups, TestDevices.Warps);

    public static TheoryData<string, RequantizeCase> Requantizations => TestDevices.Times<RequantizeCase>(
        [new(1, -9, -3, -128, 127), new(35, -8, 5, -128, 127), new(35, -9, 128, 0, 255), new(1, -5, 0, 0, 127)],
        [new(35, -9, 128, 0, 255)], TestDevices.Groups, TestDevices.Warps);

    public static TheoryData<string, (int Zero, sbyte A, sbyte B)> Extremes => TestDevices.Times<(int, sbyte, sbyte)>(
        [(-128, 127, -128), (127, -128, -128), (0, -128, -128), (-128, -128, 127), (127, -128, 127)],
        [(127, -128, -128)], TestDevices.Groups, TestDevices.Warps);

    [Theory, MemberData(nameof(Sizes))]
    public void IntGemm_ToInt32_IsExact(string device, (int M, int N, int K, bool Bias, bool RowZeroPoints) c)
    {
        using var bench = new Bench(device);
        var (a, b) = (Draw.Int8(1, c.M * c.K), Draw.Int8(2, c.N * c.K));
        var bias = c.Bias ? Draw.Integers(3, c.N, -100_000, 100_000) : null;
        var zeroPoints = Draw.Integers(4, c.M, -128, 127);
        var output = bench.Output<int>(c.M, c.N);
        var call = new IntGemmCall(
            bench.Input(a, c.M, c.K), bench.Input(b, c.N, c.K), bias is null ? null : bench.Input(bias, c.N), output.View, -7,
            c.RowZeroPoints ? bench.Input(zeroPoints, c.M) : null);
        var expected = IntGemmReference.Accumulate(c.M, c.N, c.K, a, b, bias, row => c.RowZeroPoints ? zeroPoints[row] : -7);
        Run(bench, call, () => Verify.Same(expected, output.Result));
    }

    [Theory, MemberData(nameof(Requantizations))]
    public void IntGemm_Requantized_MatchesReference(string device, RequantizeCase c)
    {
        using var bench = new Bench(device);
        var (a, b, bias) = (Draw.Int8(1, 19 * 67), Draw.Int8(2, 35 * 67), Draw.Integers(3, 35, -50_000, 50_000));
        var accumulators = IntGemmReference.Accumulate(19, 35, 67, a, b, bias, _ => 11);
        var (left, right, offsets) = (bench.Input(a, 19, 67), bench.Input(b, 35, 67), bench.Input(bias, 35));
        c.Check(bench, accumulators, [19, 35],
            (output, verify) => Run(bench, new(left, right, offsets, output, 11, null, c.On(bench)), verify));
    }

    [Theory, MemberData(nameof(Extremes))]
    public void IntGemm_ExtremeValues_AreExact(string device, (int Zero, sbyte A, sbyte B) c)
    {
        using var bench = new Bench(device);
        var (a, b) = (Enumerable.Repeat(c.A, 3 * 131).ToArray(), Enumerable.Repeat(c.B, 5 * 131).ToArray());
        var output = bench.Output<int>(3, 5);
        Run(bench, new(bench.Input(a, 3, 131), bench.Input(b, 5, 131), null, output.View, c.Zero),
            () => Verify.Same([.. Enumerable.Repeat(131 * (c.A - c.Zero) * c.B, 15)], output.Result));
    }

    public static TheoryData<string, (int Rows, int K, int Columns)> WideCases =>
        TestDevices.Times([(1, 1, 1), (7, 131, 5), (3, 4099, 4), (2, 9000, 3)]);

    [Theory, MemberData(nameof(WideCases))]
    public void IntGemm_Int16_MatchesReference(string device, (int Rows, int K, int Columns) c)
    {
        using var bench = new Bench(device);
        var sizes = new ConvSizes(c.Rows, c.K, c.Columns, Window2D.Valid(1, 1, 1, 1));
        var (a, b) = (Draw.Int16(1, sizes.InputCount), Draw.Int8(2, sizes.KernelCount));
        long[] bias = [.. Draw.Integers(3, c.Columns, -100_000, 100_000).Select(x => x * 100_003L)];
        var requantize = new RequantizeCase(c.Columns, -14, 0, 0, 32767);
        var output = bench.Output<short>(c.Rows, c.Columns);
        var expected = WideReference.Requantize(WideReference.Accumulate(sizes, a, b, bias), c.Columns, requantize);
        Run(bench, new(bench.Input(a, c.Rows, c.K), bench.Input(b, c.Columns, c.K), bench.Input(bias, c.Columns), output.View, 0, null,
            requantize.On(bench)), () => Verify.Same(expected, output.Result));
    }
}
