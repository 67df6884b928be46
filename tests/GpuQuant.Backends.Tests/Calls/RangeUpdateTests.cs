namespace GpuQuant.Backends.Tests.Calls;

public sealed class RangeUpdateTests : ConformanceTests<RangeUpdateCall>
{
    /// <summary>First batch, later ones; above, below and around 0; none; steps too small for float32; few and many integers.</summary>
    public static TheoryData<string, (float[] Range, float[]? Batch, int Bits)> Cases => TestDevices.Times<(float[], float[]?, int)>(
    [
        ([0, 0], [0.5f, 2.55f], 8), ([0, 2.55f], [0, 5.1f], 8), ([0, 0], [-3, -1], 8), ([-1, 1], [-2, 0.7f], 8), ([0, 0], [0, 0], 8),
        ([0, 0], null, 8), ([-1.7f, 0.3f], null, 8), ([0, 0], [0, 1e-44f], 8), ([-0.3f, 3], [-5, 1000], 8), ([-7, 2], [-6, 3], 2),
        ([0, 0], [-1.3f, 2.6f], 16),
    ]);

    [Theory, MemberData(nameof(Cases))]
    public void RangeUpdate_AnyRange_MatchesReference(string device, (float[] Range, float[]? Batch, int Bits) c)
    {
        using var bench = new Bench(device);
        var (minimum, maximum) = (-(1 << (c.Bits - 1)), (1 << (c.Bits - 1)) - 1);
        var (scale, zeroPoint) = (bench.Output<float>(1), bench.Output<int>(1));
        var (batch, moved) = (c.Batch is null ? null : bench.Input(c.Batch, 2), c.Batch is null ? null : bench.InOut(c.Range, 2));
        var call = new RangeUpdateCall(
            batch, moved?.View ?? bench.Input(c.Range, 2), scale.View, zeroPoint.View, 0.9f, minimum, maximum);
        var expected = RangeUpdateReference.Compute(c.Range, c.Batch, 0.9f);
        Run(bench, call, () =>
        {
            var range = moved?.Result ?? c.Range;
            Verify.Close([expected.Low, expected.High], range);
            var (expectedScale, expectedZeroPoint) = RangeUpdateReference.Parameters(range[0], range[1], minimum, maximum);
            Verify.Same([expectedScale], scale.Result);
            Verify.Same([expectedZeroPoint], zeroPoint.Result);
        });
    }

    /// <summary>By hand: 3 / 7 beats 2 / 8; 4 / 8 beats 3 / 7; unsigned, the low end does not count: 3 / 15; no range: 1.</summary>
    public static TheoryData<string, (float[] Range, int Minimum, int Maximum, float Scale)> SymmetricCases =>
        TestDevices.Times<(float[], int, int, float)>(
            [([-2, 3], -8, 7, 3f / 7), ([-4, 3], -8, 7, 0.5f), ([-4, 3], 0, 15, 0.2f), ([0, 0], -8, 7, 1)]);

    [Theory, MemberData(nameof(SymmetricCases))]
    public void RangeUpdate_Symmetric_KeepsZeroInTheMiddle(string device, (float[] Range, int Minimum, int Maximum, float Scale) c)
    {
        using var bench = new Bench(device);
        var (scale, zeroPoint) = (bench.Output<float>(1), bench.Output<int>(1));
        var call = new RangeUpdateCall(
            null, bench.Input(c.Range, 2), scale.View, zeroPoint.View, 0.9f, c.Minimum, c.Maximum, IsSymmetric: true);
        Run(bench, call, () =>
        {
            Verify.Same([c.Scale], scale.Result);
            Verify.Same([0], zeroPoint.Result);
        });
    }
}
