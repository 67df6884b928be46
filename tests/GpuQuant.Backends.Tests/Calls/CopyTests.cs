namespace GpuQuant.Backends.Tests.Calls;

public sealed class CopyTests : ConformanceTests<CopyCall>
{
    public static TheoryData<string, int> Counts => TestDevices.Times([1, 3, 67, 4099]);

    [Theory, MemberData(nameof(Counts))]
    public void Copy_Bytes_AreTheSame(string device, int count)
    {
        using var bench = new Bench(device);
        var (values, destination) = (Draw.UInt8(1, count), bench.Output<byte>(count));
        Run(bench, new(bench.Input(values, count), destination.View), () => Verify.Same(values, destination.Result));
    }

    [Theory, MemberData(nameof(Counts))]
    public void Copy_FloatsWithNaN_AreTheSame(string device, int count)
    {
        using var bench = new Bench(device);
        float[] values = [float.NaN, .. Draw.Normals(1, count - 1)];
        var destination = bench.Output<float>(count);
        Run(bench, new(bench.Input(values, count), destination.View), () => Verify.Same(values, destination.Result));
    }
}
