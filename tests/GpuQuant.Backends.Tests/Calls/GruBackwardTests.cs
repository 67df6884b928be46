namespace GpuQuant.Backends.Tests.Calls;

public sealed class GruBackwardTests : ConformanceTests<GruBackwardCall>
{
    private const int Gates = 3;

    public static TheoryData<string, SequenceCase> Cases => SequenceCase.All;

    [Theory, MemberData(nameof(Cases))]
    public void GruBackward_AnySize_MatchesReference(string device, SequenceCase c)
    {
        using var bench = new Bench(device);
        var s = c.Reference(Gates);
        var (gates, states, candidates) = (SequenceCase.Shares(1, s.Values * Gates), Draw.Normals(2, s.Values), Draw.Normals(3, s.Values));
        var gradient = Draw.Normals(4, c.Batch * c.Units);
        var byStep = bench.Output<float>(c.Batch, c.Steps, Gates * c.Units);
        var byGate = bench.Output<float>(Gates, c.Batch, c.Steps, c.Units);
        var call = new GruBackwardCall(bench.Input(gates, c.Batch, c.Steps, Gates * c.Units), c.Recurrent(bench, s), c.Masks(bench, s),
            bench.Input(states, c.Batch, c.Steps, c.Units), bench.Input(candidates, c.Batch, c.Steps, c.Units),
            bench.Input(gradient, c.Batch, c.Units), byStep.View, byGate.View);
        var expected = GruReference.Backward(s, gates, states, candidates, gradient);
        Run(bench, call, () =>
        {
            Verify.Close(expected.GateGradients, byStep.Result);
            Verify.Close(expected.RecurrentGradients, byGate.Result);
        });
    }
}
