namespace GpuQuant.Backends.Tests.Calls;

public sealed class FillTests : ConformanceTests<FillCall>
{
    public static TheoryData<string, (int Count, float Value)> Cases =>
        TestDevices.Times([(1, 1f), (67, 0f), (4099, -0.1f), (5, float.PositiveInfinity)]);

    [Theory, MemberData(nameof(Cases))]
    public void Fill_AnyCount_WritesEveryElement(string device, (int Count, float Value) c)
    {
        using var bench = new Bench(device);
        var destination = bench.Output<float>(c.Count);
        Run(bench, new(destination.View, c.Value), () => Verify.Same([.. Enumerable.Repeat(c.Value, c.Count)], destination.Result));
    }
}
