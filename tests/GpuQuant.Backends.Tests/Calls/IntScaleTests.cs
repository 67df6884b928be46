namespace GpuQuant.Backends.Tests.Calls;

public sealed class IntScaleTests : ConformanceTests<IntScaleCall>
{
    public static TheoryData<string, (int Rows, int Channels, RequantizeCase Case)> Cases =>
        TestDevices.Times<(int, int, RequantizeCase)>(
        [
            (1, 1, new(1, -7, 0, -128, 127)), (67, 16, new(16, -6, -5, -128, 127)), (131, 3, new(3, -7, 9, -128, 127)),
            (19, 67, new(67, -5, 128, 0, 255)), (5, 33, new(1, -8, -20, -20, 127)), (700, 16, new(16, 1, 3, -128, 127)),
        ]);

    [Theory, MemberData(nameof(Cases))]
    public void IntScale_AnySize_MatchesReference(string device, (int Rows, int Channels, RequantizeCase Case) c)
    {
        using var bench = new Bench(device);
        var (input, bias) = (Draw.Int8(1, c.Rows * c.Channels), Draw.Integers(3, c.Channels, -20_000, 20_000));
        sbyte[] kernel = [.. Draw.Int8(2, c.Channels).Select((w, i) => i % 3 == 0 ? (sbyte)-127 : i % 3 == 1 ? (sbyte)127 : w)];
        var accumulators = IntScaleReference.Accumulate(input, kernel, bias, -128);
        var (x, w, offsets) = (bench.Input(input, c.Rows, c.Channels), bench.Input(kernel, c.Channels), bench.Input(bias, c.Channels));
        c.Case.Check(bench, accumulators, [c.Rows, c.Channels],
            (output, verify) => Run(bench, new(x, w, offsets, output, -128, c.Case.On(bench)), verify));
    }

    public static TheoryData<string, (int Rows, int Channels)> WideCases => TestDevices.Times([(1, 1), (131, 3), (700, 16)]);

    [Theory, MemberData(nameof(WideCases))]
    public void IntScale_Int16_MatchesReference(string device, (int Rows, int Channels) c)
    {
        using var bench = new Bench(device);
        var (input, kernel) = (Draw.Int16(1, c.Rows * c.Channels), Draw.Int8(2, c.Channels));
        long[] bias = [.. Draw.Integers(3, c.Channels, -20_000, 20_000).Select(x => x * 200_001L)];
        var requantize = new RequantizeCase(c.Channels, -7, 0, -32768, 32767);
        var output = bench.Output<short>(c.Rows, c.Channels);
        long[] sums = [.. input.Select((x, i) => x * kernel[i % c.Channels] + bias[i % c.Channels])];
        var expected = WideReference.Requantize(sums, c.Channels, requantize);
        Run(bench, new(bench.Input(input, c.Rows, c.Channels), bench.Input(kernel, c.Channels), bench.Input(bias, c.Channels), output.View,
            0, requantize.On(bench)), () => Verify.Same(expected, output.Result));
    }
}
