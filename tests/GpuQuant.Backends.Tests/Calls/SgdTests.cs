namespace GpuQuant.Backends.Tests.Calls;

public sealed class SgdTests : ConformanceTests<SgdCall>
{
    public static TheoryData<string, (int Count, float Momentum, bool Nesterov)> Cases =>
        TestDevices.Times([(1, 0.9f, false), (67, 0f, false), (67, 0f, true), (4099, 0.9f, false), (4099, 0.9f, true)]);

    [Theory, MemberData(nameof(Cases))]
    public void Sgd_OneStep_MatchesReference(string device, (int Count, float Momentum, bool Nesterov) c)
    {
        using var bench = new Bench(device);
        var (p, g, v) = (Draw.Normals(1, c.Count), Draw.Normals(2, c.Count), Draw.Normals(3, c.Count));
        var (parameters, velocity) = (bench.InOut(p, c.Count), bench.InOut(v, c.Count));
        var call = new SgdCall(
            parameters.View, bench.Input(g, c.Count), velocity.View, bench.Input([0.0123f], 1), c.Momentum, c.Nesterov);
        var expected = p.Select((_, i) => SgdReference.Compute(p[i], g[i], v[i], 0.0123f, c.Momentum, c.Nesterov)).ToArray();
        Run(bench, call, () =>
        {
            Verify.Close([.. expected.Select(e => e.Parameter)], parameters.Result);
            Verify.Close([.. expected.Select(e => e.Velocity)], velocity.Result);
        });
    }
}
