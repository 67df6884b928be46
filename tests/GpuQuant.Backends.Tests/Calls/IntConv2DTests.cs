namespace GpuQuant.Backends.Tests.Calls;

public sealed class IntConv2DTests : ConformanceTests<IntConv2DCall>
{
    public static TheoryData<string, (ConvSizes Sizes, bool Bias, bool RowZeroPoints)> Cases =>
        TestDevices.Times(ConvCases.All.Select((sizes, i) => (sizes, i % 2 == 0, i % 3 == 0)));

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
}
