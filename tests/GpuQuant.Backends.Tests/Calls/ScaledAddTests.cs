namespace GpuQuant.Backends.Tests.Calls;

public sealed class ScaledAddTests : ConformanceTests<ScaledAddCall>
{
    public static TheoryData<string, int> Counts => TestDevices.Times([1, 17, 1009]);

    [Theory, MemberData(nameof(Counts))]
    public void ScaledAdd_AnyCount_MatchesReference(string device, int count)
    {
        using var bench = new Bench(device);
        var (source, before) = (Draw.Normals(1, count), Draw.Normals(2, count));
        var target = bench.InOut(before, count);
        Run(bench, new(-0.37f, bench.Input(source, count), target.View),
            () => Verify.Close(ScaledAddReference.Compute(-0.37f, source, before), target.Result));
    }
}
