namespace GpuQuant.Backends.Tests.Calls;

public sealed class IntGruTests : ConformanceTests<IntGruCall>
{
    private const int Gates = 3;

    public static TheoryData<string, IntSequenceCase> Cases => IntSequenceCase.All;

    public static TheoryData<string> DeviceNames => [.. TestDevices.Names];

    [Theory, MemberData(nameof(Cases))]
    public void IntGru_AnySize_MatchesReference(string device, IntSequenceCase c)
    {
        using var bench = new Bench(device);
        var (s, x, output) = (c.Reference(Gates, hasBias: true), c.Inputs(Gates), bench.Output<sbyte>(c.Batch, c.Units));
        var expected = s.Gru(x);
        var call = new IntGruCall(bench.Input(x, c.Batch, c.Steps, Gates * c.Units), bench.Input(s.Recurrent, Gates * c.Units, c.Units),
            bench.Input(s.Bias, Gates * c.Units), bench.Input(s.Multipliers, 2 * Gates), bench.Input(s.Shifts, 2 * Gates), output.View,
            s.State)
        { IsSimulated = c.IsSimulated };
        Run(bench, call, () => Verify.Same(expected, output.Result));
    }

    // One unit by hand, every factor 1, states of the step 1/128, so that 15 fractional bits are multiplied by 2^-8, and zero point 0.
    // Step 1: z = r = 16384 (1/2), q = 100 from the bias, the third gate 8142 + 16384 * 100 / 2^15 = 8192, n = tanh 2 = 31596.
    // h = n + 16384 (0 - n) / 2^15 = 31596 - 15798 = 15798; as int8 15798 / 256 = 61.7, 62.
    // Step 2: q = 100 + 3 * 62 = 286, r q = 143, the third gate -143 + 143 = 0, n = 0, h = 16384 * 15798 / 2^15 = 7899; as int8 30.9, 31.
    [Theory, MemberData(nameof(DeviceNames))]
    public void IntGru_TwoStepsByHand(string device)
    {
        using var bench = new Bench(device);
        var (first, both) = (bench.Output<sbyte>(1, 1), bench.Output<sbyte>(1, 1));
        var (recurrent, bias) = (bench.Input<sbyte>([0, 0, 3], 3, 1), bench.Input([0, 0, 100], 3));
        var (multipliers, shifts) = (bench.Input<int>([.. Enumerable.Repeat(1 << 30, 6)], 6), bench.Input([1, 1, 1, 1, 1, 1], 6));
        var (inputs, state) = (bench.Input([0, 0, 8142, 0, 0, -143], 1, 2, 3), new IntStateFactors(1 << 30, -7, 0));
        Run(bench, new(bench.Input([0, 0, 8142], 1, 1, 3), recurrent, bias, multipliers, shifts, first.View, state),
            () => Assert.Equal(62, first.Result[0]));
        Run(bench, new(inputs, recurrent, bias, multipliers, shifts, both.View, state), () => Assert.Equal(31, both.Result[0]));
    }
}
