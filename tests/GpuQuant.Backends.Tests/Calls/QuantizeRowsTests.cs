namespace GpuQuant.Backends.Tests.Calls;

public sealed class QuantizeRowsTests : ConformanceTests<QuantizeRowsCall>
{
    public static TheoryData<string, (int Rows, int Columns)> Sizes => TestDevices.Times([(1, 1), (7, 5), (67, 131), (3, 2053), (130, 2)]);

    [Theory, MemberData(nameof(Sizes))]
    public void QuantizeRows_RandomRows_MatchesReference(string device, (int Rows, int Columns) size) =>
        Check(device, [.. Enumerable.Range(0, size.Rows).Select(r => Draw.Normals((uint)r, size.Columns, 1 + r, r % 5 - 2))]);

    [Theory, MemberData(nameof(Sizes))]
    public void QuantizeRows_ConstantRows_MatchesReference(string device, (int Rows, int Columns) size) =>
        Check(device, [.. Enumerable.Range(0, size.Rows).Select(r => Enumerable.Repeat(r % 3 * 1.5f - 1.5f, size.Columns).ToArray())]);

    /// <summary>Multiples of half a step, where the range is 255 steps wide: every other one ties.</summary>
    [Theory, MemberData(nameof(Sizes))]
    public void QuantizeRows_Ties_RoundAwayFromZero(string device, (int Rows, int Columns) size) =>
        Check(device, [.. Enumerable.Range(0, size.Rows).Select(r => (float[])
            [-100, 155, .. Draw.Integers((uint)r, size.Columns, -200, 310).Select(x => x / 2f)])]);

    private static void Check(string device, float[][] rows)
    {
        using var bench = new Bench(device);
        var columns = rows[0].Length;
        var output = bench.Output<sbyte>(rows.Length, columns);
        var (scales, zeroPoints) = (bench.Output<float>(rows.Length), bench.Output<int>(rows.Length));
        var call = new QuantizeRowsCall(
            bench.Input(rows.SelectMany(row => row).ToArray(), rows.Length, columns), output.View, scales.View, zeroPoints.View);
        var expected = rows.Select(QuantizeRowsReference.Compute).ToArray();
        Run(bench, call, () =>
        {
            Verify.Same([.. expected.Select(row => row.Scale)], scales.Result);
            Verify.Same([.. expected.Select(row => row.ZeroPoint)], zeroPoints.Result);
            Verify.Same([.. expected.SelectMany(row => row.Output)], output.Result);
        });
    }
}
