namespace GpuQuant.Backends.Tests.Calls;

public sealed class SoftmaxTests : ConformanceTests<SoftmaxCall>
{
    public static TheoryData<string, (int Rows, int Columns, float Deviation)> Cases =>
        TestDevices.Times([(1, 1, 1f), (67, 10, 3f), (131, 7, 1000f), (5, 1009, 1f), (3, 2, 0f), (257, 17, 30f)]);

    [Theory, MemberData(nameof(Cases))]
    public void Softmax_AnySize_MatchesReference(string device, (int Rows, int Columns, float Deviation) c)
    {
        using var bench = new Bench(device);
        var input = Draw.Normals(1, c.Rows * c.Columns, c.Deviation, 5);
        var output = bench.Output<float>(c.Rows, c.Columns);
        Run(bench, new(bench.Input(input, c.Rows, c.Columns), output.View),
            () => Verify.Close(SoftmaxReference.Compute(input, c.Columns), output.Result));
    }
}
