namespace GpuQuant.Backends.Tests.Calls;

public sealed class LstmBackwardTests : ConformanceTests<LstmBackwardCall>
{
    private const int Gates = 4;

    public static TheoryData<string, SequenceCase> Cases => SequenceCase.All;

    [Theory, MemberData(nameof(Cases))]
    public void LstmBackward_AnySize_MatchesReference(string device, SequenceCase c)
    {
        using var bench = new Bench(device);
        var s = c.Reference(Gates);
        var (gates, cells) = (SequenceCase.Shares(1, s.Values * Gates), Draw.Normals(2, s.Values));
        var gradient = Draw.Normals(3, c.Batch * c.Units);
        var byStep = bench.Output<float>(c.Batch, c.Steps, Gates * c.Units);
        var byGate = bench.Output<float>(Gates, c.Batch, c.Steps, c.Units);
        var call = new LstmBackwardCall(bench.Input(gates, c.Batch, c.Steps, Gates * c.Units), c.Recurrent(bench, s), c.Masks(bench, s),
            bench.Input(cells, c.Batch, c.Steps, c.Units), bench.Input(gradient, c.Batch, c.Units), byStep.View, byGate.View);
        var expected = LstmReference.Backward(s, gates, cells, gradient);
        Run(bench, call, () =>
        {
            Verify.Close(expected.GateGradients, byStep.Result);
            Verify.Close(expected.RecurrentGradients, byGate.Result);
        });
    }
}
