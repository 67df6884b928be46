namespace GpuQuant.Backends.Tests.Calls;

public sealed class SoftmaxBackwardTests : ConformanceTests<SoftmaxBackwardCall>
{
    public static TheoryData<string, (int Rows, int Columns)> Sizes => TestDevices.Times([(1, 1), (67, 10), (5, 1009), (257, 3)]);

    [Theory, MemberData(nameof(Sizes))]
    public void SoftmaxBackward_AnySize_MatchesReference(string device, (int Rows, int Columns) size)
    {
        using var bench = new Bench(device);
        var count = size.Rows * size.Columns;
        var output = SoftmaxReference.Compute(Draw.Normals(1, count, 3), size.Columns).Select(y => (float)y.Value).ToArray();
        var gradient = Draw.Normals(2, count);
        var result = bench.Output<float>(size.Rows, size.Columns);
        var call = new SoftmaxBackwardCall(
            bench.Input(output, size.Rows, size.Columns), bench.Input(gradient, size.Rows, size.Columns), result.View);
        Run(bench, call, () => Verify.Close(SoftmaxBackwardReference.Compute(output, gradient, size.Columns), result.Result));
    }
}
