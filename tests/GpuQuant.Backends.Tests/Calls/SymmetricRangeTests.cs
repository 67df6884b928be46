namespace GpuQuant.Backends.Tests.Calls;

public sealed class SymmetricRangeTests : ConformanceTests<SymmetricRangeCall>
{
    public static TheoryData<string, (int Channels, int Length)> Sizes =>
        TestDevices.Times([(1, 1), (1, 94_083), (3, 17), (16, 150), (193, 27), (5, 4096)]);

    [Theory, MemberData(nameof(Sizes))]
    public void SymmetricRange_AnySize_MatchesReference(string device, (int Channels, int Length) size)
    {
        using var bench = new Bench(device);
        var input = Draw.Normals(1, size.Channels * size.Length);
        Check(bench, input, size.Channels);
    }

    /// <summary>Zeros, weights whose steps are too small, an extreme at either end and of either sign.</summary>
    [Theory, MemberData(nameof(DeviceNames))]
    public void SymmetricRange_OfUnusualChannels_MatchesReference(string device)
    {
        using var bench = new Bench(device);
        Check(bench, [0, 0, 0, 1e-38f, -1e-37f, 0, -3, 1, 2, 1, 2, 1270, 5, -1270, 5], 5);
    }

    public static TheoryData<string> DeviceNames => [.. TestDevices.Names];

    private static void Check(Bench bench, float[] input, int channels)
    {
        var (scales, zeroPoints) = (bench.Output<float>(channels), bench.Output<int>(channels));
        var call = new SymmetricRangeCall(bench.Input(input, input.Length), scales.View, zeroPoints.View, 127);
        Run(bench, call, () =>
        {
            Verify.Same(SymmetricRangeReference.Compute(input, channels, 127), scales.Result);
            Verify.Same(new int[channels], zeroPoints.Result);
        });
    }
}
