namespace GpuQuant.Backends.Tests.Calls;

public sealed class FakeQuantizeForwardTests : ConformanceTests<FakeQuantizeForwardCall>
{
    public static TheoryData<string, FakeQuantizeCases> Cases => TestDevices.Times(FakeQuantizeCases.All);

    [Theory, MemberData(nameof(Cases))]
    public void FakeQuantizeForward_AnyRange_MatchesReference(string device, FakeQuantizeCases c)
    {
        using var bench = new Bench(device);
        var output = bench.Output<float>(c.Count);
        var call = new FakeQuantizeForwardCall(
            bench.Input(c.Input, c.Count), bench.Input(c.Scales, c.Channels), bench.Input(c.ZeroPoints, c.Channels), output.View,
            c.Inner, c.Minimum, c.Maximum);
        var expected = FakeQuantizeForwardReference.Compute(c.Input, c.Scales, c.ZeroPoints, c.Inner, c.Minimum, c.Maximum);
        Run(bench, call, () => Verify.Same(expected, output.Result));
    }
}
