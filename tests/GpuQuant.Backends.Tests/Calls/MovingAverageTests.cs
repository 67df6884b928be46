namespace GpuQuant.Backends.Tests.Calls;

public sealed class MovingAverageTests : ConformanceTests<MovingAverageCall>
{
    public static TheoryData<string, (int Count, float Share)> Cases =>
        TestDevices.Times([(1, 0.001f), (67, 0.3f), (20_011, 0.001f), (4099, 0f)]);

    [Theory, MemberData(nameof(Cases))]
    public void MovingAverage_AnyCount_MatchesReference(string device, (int Count, float Share) c)
    {
        using var bench = new Bench(device);
        var (source, before) = (Draw.Normals(1, c.Count), Draw.Normals(2, c.Count));
        var average = bench.InOut(before, c.Count);
        Run(bench, new(bench.Input(source, c.Count), average.View, bench.Input([c.Share], 1)),
            () => Verify.Close(MovingAverageReference.Compute(source, before, c.Share), average.Result));
    }

    public static TheoryData<string, int> Counts => TestDevices.Times([67, 20_011]);

    [Theory, MemberData(nameof(Counts))]
    public void MovingAverage_ShareOfOne_IsTheSourceBitForBit(string device, int count)
    {
        using var bench = new Bench(device);
        var source = Draw.Normals(1, count);
        var average = bench.InOut(Draw.Normals(2, count, 1e6), count);
        Run(bench, new(bench.Input(source, count), average.View, bench.Input([1f], 1)), () => Verify.Same(source, average.Result));
    }
}
