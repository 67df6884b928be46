namespace GpuQuant.Backends.Tests.Calls;

public sealed class IntConv2DTests : ConformanceTests<IntConv2DCall>
{
    public static TheoryData<string, (ConvSizes Sizes, bool Bias, bool RowZeroPoints)> Cases =>
        TestDevices.Times(
            ConvCases.All.Concat(Narrow).Concat(Large).Select((sizes, i) => (sizes, i % 2 == 0, i % 3 == 0)),
            Blocked.Select((sizes, i) => (sizes, i % 2 == 0, i % 3 == 0)), TestDevices.Groups, TestDevices.Warps);

    /// <summary>So few outputs that neighbouring pixels may be computed together, also where their windows lie apart.</summary>
    private static IReadOnlyList<ConvSizes> Narrow { get; } =
    [
        new(2, 1, 4, Window2D.Same(12, 8, 5, 1)), new(1, 1, 6, Window2D.Same(28, 28, 5, 1)), new(1, 3, 5, Window2D.Same(7, 9, 3, 1)),
        new(2, 2, 1, Window2D.Same(5, 32, 3, 2)), new(1, 1, 2, Window2D.Valid(9, 10, 2, 3)), new(1, 5, 8, Window2D.Same(4, 6, 1, 2)),
    ];

    /// <summary>More than one panel of weights, weights that are taken in several passes, blocks that end within the image.</summary>
    private static IReadOnlyList<ConvSizes> Large { get; } =
        [new(1, 96, 20, Window2D.Same(6, 5, 5, 1)), new(9, 40, 18, Window2D.Same(8, 7, 3, 1)), new(2, 700, 5, Window2D.Same(9, 5, 1, 1))];

    /// <summary>Channels in whole chunks of 16 and others, padding, strides, several images with zero points of their own.</summary>
    private static IReadOnlyList<ConvSizes> Blocked { get; } =
        [new(2, 3, 5, Window2D.Same(5, 5, 3, 1)), new(2, 16, 9, Window2D.Same(4, 3, 3, 2)), new(2, 32, 19, Window2D.Same(3, 2, 2, 1))];

    public static TheoryData<string, RequantizeCase> Requantizations => TestDevices.Times<RequantizeCase>(
        [new(1, -9, -3, -128, 127), new(17, -8, 5, -128, 127), new(17, -9, 128, 0, 255), new(1, -5, 0, 0, 127)]);

    [Theory, MemberData(nameof(Cases))]
    public void IntConv2D_ToInt32_IsExact(string device, (ConvSizes Sizes, bool Bias, bool RowZeroPoints) c)
    {
        using var bench = new Bench(device);
        var sizes = c.Sizes;
        var (input, kernel) = (Draw.Int8(1, sizes.InputCount), Draw.Int8(2, sizes.KernelCount));
        var bias = c.Bias ? Draw.Integers(3, sizes.Out, -100_000, 100_000) : null;
        var zeroPoints = Draw.Integers(4, sizes.Images, -128, 127);
        var output = bench.Output<int>(sizes.OutputShape);
        var call = new IntConv2DCall(
            bench.Input(input, sizes.InputShape), bench.Input(kernel, sizes.KernelShape),
            bias is null ? null : bench.Input(bias, sizes.Out), output.View, sizes.Window, -128,
            c.RowZeroPoints ? bench.Input(zeroPoints, sizes.Images) : null);
        var expected = IntConv2DReference.Accumulate(sizes, input, kernel, bias, image => c.RowZeroPoints ? zeroPoints[image] : -128);
        Run(bench, call, () => Verify.Same(expected, output.Result));
    }

    public static TheoryData<string, RequantizeCase> NarrowRequantizations => TestDevices.Times<RequantizeCase>(
        [new(1, -9, -3, -128, 127), new(6, -8, 5, -128, 127), new(6, -9, 128, 0, 255), new(6, 2, 0, -100, 90)]);

    [Theory, MemberData(nameof(NarrowRequantizations))]
    public void IntConv2D_FewOutputsRequantized_MatchesReference(string device, RequantizeCase c)
    {
        using var bench = new Bench(device);
        var sizes = new ConvSizes(3, 1, 6, Window2D.Same(7, 10, 5, 1));
        var (input, kernel) = (Draw.Int8(1, sizes.InputCount), Draw.Int8(2, sizes.KernelCount));
        var bias = Draw.Integers(3, sizes.Out, -50_000, 50_000);
        var accumulators = IntConv2DReference.Accumulate(sizes, input, kernel, bias, _ => -128);
        var (x, w, offsets) = (bench.Input(input, sizes.InputShape), bench.Input(kernel, sizes.KernelShape), bench.Input(bias, sizes.Out));
        c.Check(bench, accumulators, sizes.OutputShape,
            (output, verify) => Run(bench, new(x, w, offsets, output, sizes.Window, -128, null, c.On(bench)), verify));
    }

    [Theory, MemberData(nameof(Requantizations))]
    public void IntConv2D_Requantized_MatchesReference(string device, RequantizeCase c)
    {
        using var bench = new Bench(device);
        var sizes = new ConvSizes(2, 9, 17, Window2D.Same(6, 7, 3, 2));
        var (input, kernel) = (Draw.Int8(1, sizes.InputCount), Draw.Int8(2, sizes.KernelCount));
        var bias = Draw.Integers(3, sizes.Out, -50_000, 50_000);
        var accumulators = IntConv2DReference.Accumulate(sizes, input, kernel, bias, _ => 11);
        var (x, w, offsets) = (bench.Input(input, sizes.InputShape), bench.Input(kernel, sizes.KernelShape), bench.Input(bias, sizes.Out));
        c.Check(bench, accumulators, sizes.OutputShape,
            (output, verify) => Run(bench, new(x, w, offsets, output, sizes.Window, 11, null, c.On(bench)), verify));
    }

    public static TheoryData<string, (ConvSizes Sizes, int Bits)> WideCases => TestDevices.Times<(ConvSizes, int)>(
    [
        (new(2, 9, 17, Window2D.Same(6, 7, 3, 2)), 32), (new(2, 9, 17, Window2D.Same(6, 7, 3, 2)), 64),
        (new(1, 1, 6, Window2D.Valid(9, 8, 5, 1)), 32), (new(1, 60, 3, Window2D.Same(5, 4, 3, 1)), 64),
        (new(1, 9001, 2, Window2D.Valid(1, 2, 1, 1)), 64),
    ]);

    /// <summary>Also sums far beyond 32 bits, of equal signs, and more products than one 32-bit lane takes.</summary>
    [Theory, MemberData(nameof(WideCases))]
    public void IntConv2D_Int16_MatchesReference(string device, (ConvSizes Sizes, int Bits) c)
    {
        var sizes = c.Sizes;
        foreach (var extreme in new[] { false, true })
        {
            using var bench = new Bench(device);
            var input = extreme ? [.. Enumerable.Repeat(short.MinValue, sizes.InputCount)] : Draw.Int16(1, sizes.InputCount);
            var kernel = extreme ? [.. Enumerable.Repeat(sbyte.MinValue, sizes.KernelCount)] : Draw.Int8(2, sizes.KernelCount);
            long[]? bias = extreme ? null : [.. Draw.Integers(3, sizes.Out, -100_000, 100_000).Select(b => b * 100_003L)];
            var requantize = new RequantizeCase(sizes.Out, extreme ? -19 : -12, 0, -32768, 32767);
            var output = bench.Output<short>(sizes.OutputShape);
            var expected = WideReference.Requantize(WideReference.Accumulate(sizes, input, kernel, bias), sizes.Out, requantize);
            Run(bench, new(bench.Input(input, sizes.InputShape), bench.Input(kernel, sizes.KernelShape),
                bias is null ? null : bench.Input(bias, sizes.Out), output.View, sizes.Window, 0, null, requantize.On(bench))
            { AccumulatorBits = c.Bits }, () => Verify.Same(expected, output.Result));
        }
    }
}
