namespace GpuQuant.Backends.Tests.Calls;

public sealed class Pool2DForwardTests : ConformanceTests<Pool2DForwardCall>
{
    public static TheoryData<string, PoolCases> Cases => TestDevices.Times(PoolCases.All);

    public static TheoryData<string, PoolKind> Kinds => TestDevices.Times(Enum.GetValues<PoolKind>());

    [Theory, MemberData(nameof(Cases))]
    public void Pool2DForward_AnyWindow_MatchesReference(string device, PoolCases c) =>
        Check(device, c, Draw.Normals(1, c.InputCount, mean: -3));

    /// <summary>The NaN comes first, in the middle and last in some window.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void Pool2DForward_NaNInAWindow_GivesNaN(string device, PoolKind kind)
    {
        var input = Draw.Normals(1, 36);
        input[14] = float.NaN;
        Check(device, new(kind, 1, 1, Window2D.Valid(6, 6, 3, 1)), input);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Pool2DForward_InfiniteValues_MatchesReference(string device, PoolKind kind) =>
        Check(device, new(kind, 1, 1, Window2D.Valid(2, 2, 2, 2)), [.. Enumerable.Repeat(float.NegativeInfinity, 4)]);

    private static void Check(string device, PoolCases c, float[] input)
    {
        using var bench = new Bench(device);
        var output = bench.Output<float>(c.OutputShape);
        var expected = Pool2DForwardReference.Compute(c.Kind, input, c.Window, c.Images, c.Channels);
        Run(bench, new(c.Kind, bench.Input(input, c.InputShape), output.View, c.Window), () => Verify.Close(expected, output.Result));
    }
}
