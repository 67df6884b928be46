namespace GpuQuant.Backends.Tests.Calls;

public sealed class FloatToAccumulatorTests : ConformanceTests<FloatToAccumulatorCall>
{
    public static TheoryData<string, bool> Modes => TestDevices.Times([false, true]);

    [Theory, MemberData(nameof(Modes))]
    public void FloatToAccumulator_WholeNumbers_AreExact(string device, bool accumulate)
    {
        using var bench = new Bench(device);
        var input = Draw.Integers(1, 1009, -(1 << 24), 1 << 24).Select(i => (float)i).ToArray();
        var before = Draw.Integers(2, 1009, -2_000_000_000, 2_000_000_000);
        var output = accumulate ? bench.InOut(before, 1009) : bench.Output<int>(1009);
        Run(bench, new(bench.Input(input, 1009), output.View, accumulate),
            () => Verify.Same(FloatToAccumulatorReference.Compute(input, before, accumulate, [0]), output.Result));
    }

    [Theory, MemberData(nameof(Modes))]
    public void FloatToAccumulator_Bias_IsAddedPerChannel(string device, bool accumulate)
    {
        using var bench = new Bench(device);
        var input = Draw.Integers(1, 7 * 37, -(1 << 24), 1 << 24).Select(i => (float)i).ToArray();
        var (before, bias) = (Draw.Integers(2, 7 * 37, -1_000_000_000, 1_000_000_000), Draw.Integers(3, 37, -(1 << 30), 1 << 30));
        var output = accumulate ? bench.InOut(before, 7, 37) : bench.Output<int>(7, 37);
        Run(bench, new(bench.Input(input, 7, 37), output.View, accumulate, bench.Input(bias, 37)),
            () => Verify.Same(FloatToAccumulatorReference.Compute(input, before, accumulate, bias), output.Result));
    }
}
