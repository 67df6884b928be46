namespace GpuQuant.Backends.Tests.Calls;

public sealed class MinMaxTests : ConformanceTests<MinMaxCall>
{
    public static TheoryData<string, (int Count, float Mean, float Low, float High)> Cases => TestDevices.Times(
    [
        (1, 0f, 0f, 0f), (67, 5f, 100f, -100f), (1009, -5f, float.PositiveInfinity, float.NegativeInfinity), (70_001, 0f, 0f, 0f),
        (131, 0f, -50f, 50f), (131, 3f, -50f, 2f),
    ]);

    [Theory, MemberData(nameof(Cases))]
    public void MinMax_AnyCount_WidensTheRange(string device, (int Count, float Mean, float Low, float High) c)
    {
        using var bench = new Bench(device);
        var input = Draw.Normals(1, c.Count, mean: c.Mean);
        float[] before = [c.Low, c.High];
        var range = bench.InOut(before, 2);
        Run(bench, new(bench.Input(input, c.Count), range.View), () => Verify.Same(MinMaxReference.Compute(input, before), range.Result));
    }

    /// <summary>The extreme may stand anywhere: first, last, at the border of a block.</summary>
    [Theory, MemberData(nameof(DeviceNames))]
    public void MinMax_ExtremeAnywhere_IsFound(string device)
    {
        foreach (var place in new[] { 0, 1, 255, 256, 511, 1023, 1024, 1030 })
        {
            using var bench = new Bench(device);
            var input = new float[1031];
            (input[place], input[1030 - place]) = (7, place == 1030 - place ? 7 : -9);
            var range = bench.InOut([0f, 0f], 2);
            Run(bench, new(bench.Input(input, 1031), range.View), () => Verify.Same([-9f, 7f], range.Result));
        }
    }

    public static TheoryData<string> DeviceNames => [.. TestDevices.Names];
}
