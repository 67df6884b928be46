namespace GpuQuant.Backends.Tests.Calls;

public sealed class GruForwardTests : ConformanceTests<GruForwardCall>
{
    private const int Gates = 3;

    public static TheoryData<string, SequenceCase> Cases => SequenceCase.All;

    public static TheoryData<string> DeviceNames => [.. TestDevices.Names];

    [Theory, MemberData(nameof(Cases))]
    public void GruForward_InTraining_MatchesReference(string device, SequenceCase c)
    {
        using var bench = new Bench(device);
        var (s, x, bias) = (c.Reference(Gates), Draw.Normals(1, c.Batch * c.Steps * Gates * c.Units), Draw.Normals(2, Gates * c.Units));
        var (gates, output) = (bench.InOut(x, c.Batch, c.Steps, Gates * c.Units), bench.Output<float>(c.Batch, c.Units));
        var (states, candidates) = (bench.Output<float>(c.Batch, c.Steps, c.Units), bench.Output<float>(c.Batch, c.Steps, c.Units));
        var call = new GruForwardCall(gates.View, c.Recurrent(bench, s), bench.Input(bias, bias.Length), c.Masks(bench, s), output.View,
            states.View, candidates.View);
        var expected = GruReference.Forward(s, x, bias);
        Run(bench, call, () =>
        {
            Verify.Close(expected.Output, output.Result);
            Verify.Close(expected.Gates, gates.Result);
            Verify.Close(expected.States, states.Result);
            Verify.Close(expected.Candidates, candidates.Result);
        });
    }

    // As of the LSTM; the third gate's part of the state is kept before r multiplies it.
    [Theory, MemberData(nameof(Cases))]
    public void GruForward_QuantizedStates_GiveTheGatesOfTheirIntegers(string device, SequenceCase c)
    {
        using var bench = new Bench(device);
        var (s, bias) = (QuantizedStateReference.Draw(c.Units, Gates), Draw.Normals(2, Gates * c.Units));
        var x = Draw.Normals(1, c.Batch * c.Steps * Gates * c.Units);
        var (gates, output) = (bench.InOut(x, c.Batch, c.Steps, Gates * c.Units), bench.Output<float>(c.Batch, c.Units));
        var (states, candidates) = (bench.Output<float>(c.Batch, c.Steps, c.Units), bench.Output<float>(c.Batch, c.Steps, c.Units));
        var call = new GruForwardCall(gates.View, s.RecurrentOn(bench), bench.Input(bias, bias.Length), null, output.View, states.View,
            candidates.View) { StateScales = bench.Input(s.Scales, Gates) };
        Run(bench, call, () =>
        {
            var seen = states.Result.Chunk(c.Units).Select(state => Enumerable.Range(0, Gates).Select(
                gate => s.Seen(state, gate).Select((sum, unit) => sum + bias[gate * c.Units + unit]).ToArray()).ToArray()).ToArray();
            Verify.Close([.. seen.SelectMany(step => step[2])], candidates.Result);
            for (var gate = 0; gate < 2; gate++)
                Verify.Close([.. seen.SelectMany((step, i) => step[gate].Select((sum, unit) =>
                    SequenceReference.Sigmoid(x[(i * Gates + gate) * c.Units + unit] + sum)))],
                    [.. gates.Result.Chunk(Gates * c.Units).SelectMany(step => step.Skip(gate * c.Units).Take(c.Units))]);
        });
    }

    [Theory, MemberData(nameof(Cases))]
    public void GruForward_InEvaluation_LeavesTheGatesAndMatchesReference(string device, SequenceCase c)
    {
        using var bench = new Bench(device);
        var (s, x, bias) = (c.Reference(Gates), Draw.Normals(1, c.Batch * c.Steps * Gates * c.Units), Draw.Normals(2, Gates * c.Units));
        var output = bench.Output<float>(c.Batch, c.Units);
        var call = new GruForwardCall(bench.Input(x, c.Batch, c.Steps, Gates * c.Units), c.Recurrent(bench, s),
            bench.Input(bias, bias.Length), c.Masks(bench, s), output.View);
        var expected = GruReference.Forward(s, x, bias);
        Run(bench, call, () => Verify.Close(expected.Output, output.Result));
    }

    // Two steps by hand, one unit, recurrent weights 1, recurrent bias 0, 0, 0.5, inputs ln 3 for z, 0 for r, ln 3 / 2 - 0.25 for n:
    // step 1: z = 3/4, r = 1/2, q = 0.5, n = tanh(0.299306 + 0.25) = 0.5, h = 1/4 0.5 = 0.125;
    // step 2: z = 1 / (1 + e^-1.223612) = 0.772699, r = 1 / (1 + e^-0.125) = 0.531209, q = 0.625,
    // n = tanh(0.299306 + 0.332006) = 0.558955, h = 0.772699 0.125 + 0.227301 0.558955 = 0.223639.
    [Theory, MemberData(nameof(DeviceNames))]
    public void GruForward_TwoStepsByHand(string device)
    {
        using var bench = new Bench(device);
        var (ln3, n) = ((float)Math.Log(3), (float)Math.Log(3) / 2 - 0.25f);
        var output = bench.Output<float>(1, 1);
        var call = new GruForwardCall(bench.Input([ln3, 0, n, ln3, 0, n], 1, 2, 3), bench.Input([1f, 1, 1], 3, 1),
            bench.Input([0, 0, 0.5f], 3), null, output.View);
        Run(bench, call, () => Assert.Equal(0.223639, output.Result[0], 2e-6));
    }
}
