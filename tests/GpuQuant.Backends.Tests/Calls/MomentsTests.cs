namespace GpuQuant.Backends.Tests.Calls;

public sealed class MomentsTests : ConformanceTests<MomentsCall>
{
    /// <summary>One channel; channels that share a vector, fill it, need several; more than fit one table; several blocks.</summary>
    public static TheoryData<string, (int Rows, int Channels)> Sizes => TestDevices.Times(
        [(1, 1), (2, 3), (20001, 1), (67, 17), (7001, 6), (1031, 16), (1300, 64), (13, 130), (35, 1025), (17, 1040)]);

    [Theory, MemberData(nameof(Sizes))]
    public void Moments_AnySize_MatchReference(string device, (int Rows, int Channels) size)
    {
        using var bench = new Bench(device);
        var input = Input(size.Rows, size.Channels);
        var moments = bench.Output<float>(4, size.Channels);
        var expected = MomentsReference.ComputeAll([.. input.Select(x => (Approx)x)], size.Channels);
        Run(bench, new(bench.Input(input, size.Rows, size.Channels), moments.View), () =>
        {
            Verify.Close(expected, moments.Result);
            Verify.Same([.. expected[(2 * size.Channels)..].Select(m => (float)m.Value)], moments.Result[(2 * size.Channels)..]);
        });
    }

    /// <summary>The spread is a ten-thousandth of the mean: the tolerance is a part of the variance, as for values around 0.</summary>
    [Theory, MemberData(nameof(DeviceNames))]
    public void Moments_OfValuesFarFromZero_KeepTheVariance(string device)
    {
        using var bench = new Bench(device);
        var input = Draw.Normals(1, 3000 * 5, 0.01, 100);
        var moments = bench.Output<float>(4, 5);
        Run(bench, new(bench.Input(input, 3000, 5), moments.View), () =>
        {
            for (var c = 0; c < 5; c++)
            {
                var values = Columns.Take(input, 5, c).Select(x => (double)x).ToArray();
                var variance = values.Average(x => (x - values.Average()) * (x - values.Average()));
                // 3,000 roundings of 2^-24 in a row would make 1.8e-4; no device adds so many one after the other. That of the mean,
                // 2^-18, adds its square: a ten-millionth of the variance of 1e-4.
                Assert.Equal(variance, moments.Result[5 + c], variance * 1e-4);
            }
        });
    }

    public static TheoryData<string> DeviceNames => [.. TestDevices.Names];

    // The last channel is constant and the one before it far from zero, where sum of squares minus square of sum would fail.
    internal static float[] Input(int rows, int channels) => [.. Draw.Normals(1, rows * channels).Select((x, i) =>
        i % channels == channels - 1 && channels > 1 ? 0.3f : i % channels == channels - 2 ? x + 50 : x)];
}
