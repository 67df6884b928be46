namespace GpuQuant.Backends.Tests.Calls;

public sealed class ClampTests : ConformanceTests<ClampCall>
{
    public static TheoryData<string, int> Counts => TestDevices.Times([8, 67, 20_011]);

    [Theory, MemberData(nameof(Counts))]
    public void Clamp_AnyCount_KeepsWhatIsInsideAndNaN(string device, int count)
    {
        using var bench = new Bench(device);
        float[] before =
            [0.5f, -0.5f, 0.75f, -0.75f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, -0f, .. Draw.Normals(1, count - 8)];
        var target = bench.InOut(before, count);
        float[] expected = [.. before.Select(value => float.IsNaN(value) ? value : Math.Clamp(value, -0.625f, 0.625f))];
        Run(bench, new(target.View, 0.625f), () => Verify.Same(expected, target.Result));
    }
}
