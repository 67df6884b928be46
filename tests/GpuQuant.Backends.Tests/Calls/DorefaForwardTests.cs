namespace GpuQuant.Backends.Tests.Calls;

public sealed class DorefaForwardTests : ConformanceTests<DorefaForwardCall>
{
    public static TheoryData<string, (int Count, int Intervals)> Cases =>
        TestDevices.Times<(int, int)>([(1, 3), (67, 3), (1009, 15), (9001, 255)]);

    public static TheoryData<string> DeviceNames => [.. TestDevices.Names];

    [Theory, MemberData(nameof(Cases))]
    public void Dorefa_AnyWeights_MatchesReference(string device, (int Count, int Intervals) c)
    {
        using var bench = new Bench(device);
        const float greatest = 0.91f;
        // Without ties, at which a division's last bit would decide.
        var input = Draw.Normals(1, c.Count, 0.3).Select(t => Math.Clamp(t, -greatest, greatest)).Where(t =>
            Math.Abs(Math.Abs(DorefaReference.Steps(t, greatest, c.Intervals) % 1) - 0.5) > 1e-3).ToArray();
        var output = bench.Output<float>(input.Length);
        var call = new DorefaForwardCall(bench.Input(input, input.Length), bench.Input([greatest], 1), output.View, c.Intervals);
        Run(bench, call, () => Verify.Close(
            [.. input.Select(t => DorefaReference.Forward(t, greatest, c.Intervals))], output.Result));
    }

    /// <summary>By hand, 2 bits: 0.2 of 0.5 is 0.7 of the way, 2.1 of 3 intervals; -0.5 is the least; 0 is a tie, away from zero.</summary>
    [Theory, MemberData(nameof(DeviceNames))]
    public void Dorefa_ByHand(string device)
    {
        using var bench = new Bench(device);
        var output = bench.Output<float>(4);
        var call = new DorefaForwardCall(bench.Input([0.2f, -0.5f, 0.5f, 0], 4), bench.Input([0.5f], 1), output.View, 3);
        Run(bench, call, () =>
        {
            float[] expected = [1 / 3f, -1, 1, 1 / 3f];
            for (var i = 0; i < 4; i++)
                Assert.Equal(expected[i], output.Result[i], 1e-6f);
        });
    }
}
