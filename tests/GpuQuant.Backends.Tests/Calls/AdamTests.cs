namespace GpuQuant.Backends.Tests.Calls;

public sealed class AdamTests : ConformanceTests<AdamCall>
{
    public static TheoryData<string, int> Counts => TestDevices.Times([1, 67, 4099]);

    [Theory, MemberData(nameof(Counts))]
    public void Adam_OneStep_MatchesReference(string device, int count)
    {
        using var bench = new Bench(device);
        var (p, m) = (Draw.Normals(1, count), Draw.Normals(3, count, 0.1));
        float[] g = [0, .. Draw.Normals(2, count).Skip(1)];
        float[] v = [0, .. Draw.Normals(4, count, 0.1).Skip(1).Select(x => x * x)];
        var (parameters, first, second) = (bench.InOut(p, count), bench.InOut(m, count), bench.InOut(v, count));
        var call = new AdamCall(
            parameters.View, bench.Input(g, count), first.View, second.View, bench.Input([0.0123f], 1), 0.9f, 0.999f, 1e-7f);
        var expected = p.Select((_, i) => AdamReference.Compute(p[i], g[i], m[i], v[i], 0.0123f, 0.9f, 0.999f, 1e-7f)).ToArray();
        Run(bench, call, () =>
        {
            Verify.Close([.. expected.Select(e => e.Parameter)], parameters.Result);
            Verify.Close([.. expected.Select(e => e.First)], first.Result);
            Verify.Close([.. expected.Select(e => e.Second)], second.Result);
        });
    }
}
