namespace GpuQuant.Backends.Tests.Calls;

public sealed class IntLstmTests : ConformanceTests<IntLstmCall>
{
    private const int Gates = 4;

    public static TheoryData<string, IntSequenceCase> Cases => IntSequenceCase.All;

    public static TheoryData<string> DeviceNames => [.. TestDevices.Names];

    [Theory, MemberData(nameof(Cases))]
    public void IntLstm_AnySize_MatchesReference(string device, IntSequenceCase c)
    {
        using var bench = new Bench(device);
        var (s, x, output) = (c.Reference(Gates, hasBias: false), c.Inputs(Gates), bench.Output<sbyte>(c.Batch, c.Units));
        var expected = s.Lstm(x);
        var call = new IntLstmCall(bench.Input(x, c.Batch, c.Steps, Gates * c.Units), bench.Input(s.Recurrent, Gates * c.Units, c.Units),
            bench.Input(s.Multipliers, 2 * Gates), bench.Input(s.Shifts, 2 * Gates), output.View, s.State)
        { IsSimulated = c.IsSimulated };
        Run(bench, call, () => Verify.Same(expected, output.Result));
    }

    // Two steps by hand, one unit. Every factor is 1 but that of the third gate's state sums, 2; cells have 4 integer bits; states have the
    // step 1/128, so that o tanh(c), with 30 fractional bits, is multiplied by 2^-23; their zero point is -3.
    // Step 1: all gates are 0 but the third, 8192: i = f = o = 16384, g = tanh 2 = 31596 (GateFormulaTests).
    // c = 16384 * 31596 / 2^19 = 987.4, 987; tanh(c) is 14668; h = 16384 * 14668 / 2^23 = 28.6, 29, as int8 26.
    // Step 2: the third gate's sum of states is 4 * 29 = 116, times 2 is 232; with -232 from the inputs it is 0, and so is g.
    // c = 16384 * 987 / 2^15 = 493.5, 494; tanh(c) is 7748; h = 16384 * 7756 / 2^23 = 15.1, 15, as int8 12.
    [Theory, MemberData(nameof(DeviceNames))]
    public void IntLstm_TwoStepsByHand(string device)
    {
        using var bench = new Bench(device);
        var (first, both) = (bench.Output<sbyte>(1, 1), bench.Output<sbyte>(1, 1));
        var (recurrent, multipliers) = (bench.Input<sbyte>([0, 0, 4, 0], 4, 1), bench.Input<int>([.. Enumerable.Repeat(1 << 30, 8)], 8));
        var (shifts, state) = (bench.Input([1, 1, 1, 1, 1, 1, 2, 1], 8), new IntStateFactors(1 << 30, -22, -3, 4));
        var inputs = bench.Input([0, 0, 8192, 0, 0, 0, -232, 0], 1, 2, 4);
        Run(bench, new(bench.Input([0, 0, 8192, 0], 1, 1, 4), recurrent, multipliers, shifts, first.View, state),
            () => Assert.Equal(26, first.Result[0]));
        Run(bench, new(inputs, recurrent, multipliers, shifts, both.View, state), () => Assert.Equal(12, both.Result[0]));
    }

    [Theory, MemberData(nameof(DeviceNames))]
    public void IntLstm_ShapesThatDoNotFit_AreRefused(string device)
    {
        using var bench = new Bench(device);
        var call = new IntLstmCall(bench.Input(new int[8], 1, 2, 4), bench.Input(new sbyte[4], 4, 1), bench.Input(new int[4], 4),
            bench.Input(new int[4], 4), bench.Output<sbyte>(1, 1).View, default);
        Assert.Contains("does not fit together", Assert.Throws<UsageException>(() => call.Prepare(bench.Backend.Primitives)).Message,
            StringComparison.Ordinal);
    }
}
