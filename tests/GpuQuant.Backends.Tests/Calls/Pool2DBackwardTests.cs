namespace GpuQuant.Backends.Tests.Calls;

public sealed class Pool2DBackwardTests : ConformanceTests<Pool2DBackwardCall>
{
    public static TheoryData<string, PoolCases> Cases => TestDevices.Times(PoolCases.All);

    [Theory, MemberData(nameof(Cases))]
    public void Pool2DBackward_DistinctValues_MatchesReference(string device, PoolCases c) =>
        Check(device, c, Draw.Normals(1, c.InputCount));

    /// <summary>As after a relu: many zeros, so that most windows have several maxima.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Pool2DBackward_EqualMaxima_FirstOneGetsTheGradient(string device, PoolCases c) =>
        Check(device, c, [.. Draw.Integers(1, c.InputCount, 0, 2).Select(x => (float)x)]);

    private static void Check(string device, PoolCases c, float[] input)
    {
        using var bench = new Bench(device);
        var outputGradient = Draw.Normals(2, c.OutputCount);
        var output = Pool2DForwardReference.Compute(c.Kind, input, c.Window, c.Images, c.Channels).Select(y => (float)y.Value).ToArray();
        var result = bench.Output<float>(c.InputShape);
        var call = new Pool2DBackwardCall(
            c.Kind, bench.Input(input, c.InputShape), bench.Input(output, c.OutputShape), bench.Input(outputGradient, c.OutputShape),
            result.View, c.Window);
        var expected = Pool2DBackwardReference.Compute(c.Kind, input, outputGradient, c.Window, c.Images, c.Channels);
        Run(bench, call, () => Verify.Close(expected, result.Result));
    }
}
