namespace GpuQuant.Backends.Tests.Calls;

public sealed class ScaleTests : ConformanceTests<ScaleCall>
{
    public static TheoryData<string, int> Counts => TestDevices.Times([1, 17, 20_011]);

    [Theory, MemberData(nameof(Counts))]
    public void Scale_AnyCount_MultipliesEach(string device, int count)
    {
        using var bench = new Bench(device);
        var before = Draw.Normals(1, count);
        var target = bench.InOut(before, count);
        Run(bench, new(target.View, bench.Input([-0.37f], 1)),
            () => Verify.Close([.. before.Select(value => (Approx)value * -0.37f)], target.Result));
    }
}
