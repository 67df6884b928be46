namespace GpuQuant.Backends.Tests.Calls;

public sealed class FakeQuantizeBackwardTests : ConformanceTests<FakeQuantizeBackwardCall>
{
    public static TheoryData<string, FakeQuantizeCases> Cases => TestDevices.Times(FakeQuantizeCases.All);

    [Theory, MemberData(nameof(Cases))]
    public void FakeQuantizeBackward_AnyRange_MatchesReference(string device, FakeQuantizeCases c)
    {
        using var bench = new Bench(device);
        var gradient = Draw.Normals(4, c.Count);
        var result = bench.Output<float>(c.Count);
        var call = new FakeQuantizeBackwardCall(
            bench.Input(c.Input, c.Count), bench.Input(c.Scales, c.Channels), bench.Input(c.ZeroPoints, c.Channels),
            bench.Input(gradient, c.Count), result.View, c.Inner, c.Minimum, c.Maximum);
        var expected = FakeQuantizeBackwardReference.Compute(c.Input, c.Scales, c.ZeroPoints, gradient, c.Inner, c.Minimum, c.Maximum);
        Run(bench, call, () => Verify.Same(expected, result.Result));
    }
}
