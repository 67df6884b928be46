namespace GpuQuant.Backends.Tests.Calls;

public sealed class LstmForwardTests : ConformanceTests<LstmForwardCall>
{
    private const int Gates = 4;

    public static TheoryData<string, SequenceCase> Cases => SequenceCase.All;

    public static TheoryData<string> DeviceNames => [.. TestDevices.Names];

    [Theory, MemberData(nameof(Cases))]
    public void LstmForward_InTraining_MatchesReference(string device, SequenceCase c)
    {
        using var bench = new Bench(device);
        var (s, x) = (c.Reference(Gates), Draw.Normals(1, c.Batch * c.Steps * Gates * c.Units));
        var (gates, output) = (bench.InOut(x, c.Batch, c.Steps, Gates * c.Units), bench.Output<float>(c.Batch, c.Units));
        var (states, cells) = (bench.Output<float>(c.Batch, c.Steps, c.Units), bench.Output<float>(c.Batch, c.Steps, c.Units));
        var expected = LstmReference.Forward(s, x);
        Run(bench, new(gates.View, c.Recurrent(bench, s), c.Masks(bench, s), output.View, states.View, cells.View), () =>
        {
            Verify.Close(expected.Output, output.Result);
            Verify.Close(expected.Gates, gates.Result);
            Verify.Close(expected.States, states.Result);
            Verify.Close(expected.Cells, cells.Result);
        });
    }

    [Theory, MemberData(nameof(Cases))]
    public void LstmForward_InEvaluation_LeavesTheGatesAndMatchesReference(string device, SequenceCase c)
    {
        using var bench = new Bench(device);
        var (s, x) = (c.Reference(Gates), Draw.Normals(1, c.Batch * c.Steps * Gates * c.Units));
        var output = bench.Output<float>(c.Batch, c.Units);
        var call = new LstmForwardCall(
            bench.Input(x, c.Batch, c.Steps, Gates * c.Units), c.Recurrent(bench, s), c.Masks(bench, s), output.View);
        var expected = LstmReference.Forward(s, x);
        Run(bench, call, () => Verify.Close(expected.Output, output.Result));
    }

    // From the device's own state before each step: rounding to integers has no error bound, but from the same floats all devices make the same.
    [Theory, MemberData(nameof(Cases))]
    public void LstmForward_QuantizedStates_GiveTheGatesOfTheirIntegers(string device, SequenceCase c)
    {
        using var bench = new Bench(device);
        var (s, x) = (QuantizedStateReference.Draw(c.Units, Gates), Draw.Normals(1, c.Batch * c.Steps * Gates * c.Units));
        var (gates, output) = (bench.InOut(x, c.Batch, c.Steps, Gates * c.Units), bench.Output<float>(c.Batch, c.Units));
        var (states, cells) = (bench.Output<float>(c.Batch, c.Steps, c.Units), bench.Output<float>(c.Batch, c.Steps, c.Units));
        var call = new LstmForwardCall(gates.View, s.RecurrentOn(bench), null, output.View, states.View, cells.View)
        { StateScales = bench.Input(s.Scales, Gates) };
        Run(bench, call, () => Verify.Close([.. states.Result.Chunk(c.Units).SelectMany((state, step) => Enumerable.Range(0, Gates).SelectMany(
            gate => s.Seen(state, gate).Select((seen, unit) => (Approx)x[(step * Gates + gate) * c.Units + unit] + seen)
                .Select(sum => gate == 2 ? Approx.Tanh(sum) : SequenceReference.Sigmoid(sum))))], gates.Result));
    }

    // Two steps by hand, one unit, every recurrent weight 1, inputs ln 3 for the gates and ln 3 / 2 for g:
    // step 1: i = f = o = 3/4, g = 1/2, c = 3/8, h = 3/4 tanh(3/8) = 0.268768;
    // step 2: i = f = o = 1 / (1 + e^-(1.098612 + 0.268768)) = 0.796957, g = tanh(0.549306 + 0.268768) = 0.674020,
    // c = 0.796957 (0.375 + 0.674020) = 0.836024, h = 0.796957 tanh(0.836024) = 0.544877.
    [Theory, MemberData(nameof(DeviceNames))]
    public void LstmForward_TwoStepsByHand(string device)
    {
        using var bench = new Bench(device);
        var (ln3, half) = ((float)Math.Log(3), (float)Math.Log(3) / 2);
        var output = bench.Output<float>(1, 1);
        var call = new LstmForwardCall(bench.Input([ln3, ln3, half, ln3, ln3, ln3, half, ln3], 1, 2, 4),
            bench.Input([1f, 1, 1, 1], 4, 1), null, output.View);
        Run(bench, call, () => Assert.Equal(0.544877, output.Result[0], 2e-6));
    }

    [Theory, MemberData(nameof(DeviceNames))]
    public void LstmForward_ShapesThatDoNotFit_AreRefused(string device)
    {
        using var bench = new Bench(device);
        var call = new LstmForwardCall(bench.Input(new float[6], 1, 2, 3), bench.Input(new float[4], 4, 1), null,
            bench.Output<float>(1, 1).View);
        Assert.Contains("does not fit together", Assert.Throws<UsageException>(() => call.Prepare(bench.Backend.Primitives)).Message,
            StringComparison.Ordinal);
    }
}
