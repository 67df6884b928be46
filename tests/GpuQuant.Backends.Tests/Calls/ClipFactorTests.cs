namespace GpuQuant.Backends.Tests.Calls;

public sealed class ClipFactorTests : ConformanceTests<ClipFactorCall>
{
    public static TheoryData<string, (int Count, float Limit)> Cases => TestDevices.Times(
        [(1, 0.25f), (67, 2f), (67, 100f), (4099, 0.5f), (50_021, 3f), (50_021, 1e6f)]);

    [Theory, MemberData(nameof(Cases))]
    public void ClipFactor_AnyCount_MatchesReference(string device, (int Count, float Limit) c)
    {
        using var bench = new Bench(device);
        var values = Draw.Normals(1, c.Count, mean: 0.5);
        var factor = bench.Output<float>(1);
        Run(bench, new(bench.Input(values, c.Count), factor.View, c.Limit),
            () => Verify.Close([ClipFactorReference.Compute(values, c.Limit)], factor.Result));
    }

    public static TheoryData<string, (float[] Values, float Limit, float Expected)> ByHand => TestDevices.Times<(float[], float, float)>(
    [
        ([3, 4], 1, 1 / (5 + 1e-6f)), // the norm is 5
        ([3, 4], 5.1f, 1),
        ([0, 0, 0], 0.1f, 1), // 0.1 / 1e-6 is more than 1
    ]);

    [Theory, MemberData(nameof(ByHand))]
    public void ClipFactor_SmallVector_IsAsWorkedOutByHand(string device, (float[] Values, float Limit, float Expected) c)
    {
        using var bench = new Bench(device);
        var factor = bench.Output<float>(1);
        Run(bench, new(bench.Input(c.Values, c.Values.Length), factor.View, c.Limit),
            () => Assert.Equal(c.Expected, factor.Result[0], 1e-7f));
    }
}
