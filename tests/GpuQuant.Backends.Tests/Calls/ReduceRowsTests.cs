namespace GpuQuant.Backends.Tests.Calls;

public sealed class ReduceRowsTests : ConformanceTests<ReduceRowsCall>
{
    public static TheoryData<string, (int Rows, int Columns, bool Accumulate)> Cases => TestDevices.Times(
        [(1, 1, false), (1, 67, true), (1031, 1, false), (1031, 3, true), (67, 131, false), (5, 4099, true), (20_011, 2, false)]);

    [Theory, MemberData(nameof(Cases))]
    public void ReduceRows_AnySize_MatchesReference(string device, (int Rows, int Columns, bool Accumulate) c)
    {
        using var bench = new Bench(device);
        var (input, before) = (Draw.Normals(1, c.Rows * c.Columns, mean: 0.5), Draw.Normals(2, c.Columns));
        var output = c.Accumulate ? bench.InOut(before, c.Columns) : bench.Output<float>(c.Columns);
        Run(bench, new(bench.Input(input, c.Rows, c.Columns), output.View, c.Accumulate),
            () => Verify.Close(ReduceRowsReference.Compute(input, before, c.Accumulate), output.Result));
    }
}
