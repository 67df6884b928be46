namespace GpuQuant.Backends.Tests.Calls;

public sealed class BatchNormAffineTests : ConformanceTests<BatchNormAffineCall>
{
    public static TheoryData<string, int> Channels => TestDevices.Times([1, 17, 130]);

    [Theory, MemberData(nameof(Channels))]
    public void BatchNormAffine_AnyChannels_MatchesReference(string device, int channels)
    {
        using var bench = new Bench(device);
        float[] gamma = Draw.Normals(1, channels), beta = Draw.Normals(2, channels), mean = Draw.Normals(3, channels);
        float[] variance = [0, .. Draw.Normals(4, channels, 0.1, 1).Skip(1).Select(Math.Abs)];
        var (scale, shift) = (bench.Output<float>(channels), bench.Output<float>(channels));
        var call = new BatchNormAffineCall(bench.Input(gamma, channels), bench.Input(beta, channels), bench.Input(mean, channels),
            bench.Input(variance, channels), scale.View, shift.View, 1e-3f);
        var expected = BatchNormAffineReference.Compute(gamma, beta, mean, variance, 1e-3f);
        Run(bench, call, () =>
        {
            Verify.Close(expected.Scale, scale.Result);
            Verify.Close(expected.Shift, shift.Result);
        });
    }
}
