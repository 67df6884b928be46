namespace GpuQuant.Backends.Tests.Calls;

public sealed class ScaleChannelsTests : ConformanceTests<ScaleChannelsCall>
{
    public static TheoryData<string, (int Batch, int Positions, int Channels)> Cases =>
        TestDevices.Times([(1, 1, 1), (3, 5, 7), (2, 200, 33), (9, 1, 128)]);

    [Theory, MemberData(nameof(Cases))]
    public void ScaleChannels_AnySize_MatchesReference(string device, (int Batch, int Positions, int Channels) c)
    {
        using var bench = new Bench(device);
        var (input, factors) = (Draw.Normals(1, c.Batch * c.Positions * c.Channels), Draw.Normals(2, c.Batch * c.Channels));
        var expected = input.Select((x, i) => x * factors[i / (c.Positions * c.Channels) * c.Channels + i % c.Channels]).ToArray();
        var output = bench.Output<float>(c.Batch, c.Positions, c.Channels);
        Run(bench, new(bench.Input(input, c.Batch, c.Positions, c.Channels), bench.Input(factors, c.Batch, c.Channels), output.View),
            () => Verify.Same(expected, output.Result));
    }
}
