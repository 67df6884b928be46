namespace GpuQuant.Backends.Tests.Calls;

public sealed class BatchNormFoldTests : ConformanceTests<BatchNormFoldCall>
{
    public static TheoryData<string, (int Channels, int Length)> Sizes => TestDevices.Times([(1, 1), (3, 17), (16, 150), (130, 27)]);

    [Theory, MemberData(nameof(Sizes))]
    public void BatchNormFold_AnySize_MatchesReference(string device, (int Channels, int Length) size)
    {
        var (channels, length) = size;
        using var bench = new Bench(device);
        float[] kernel = Draw.Normals(1, channels * length), bias = Draw.Normals(2, channels), gamma = Draw.Normals(3, channels);
        float[] beta = Draw.Normals(4, channels), mean = Draw.Normals(5, channels);
        float[] variance = [0, .. Draw.Normals(6, channels, 0.1, 1).Skip(1).Select(Math.Abs)];
        var (foldedKernel, foldedBias) = (bench.Output<float>(channels, length), bench.Output<float>(channels));
        var call = new BatchNormFoldCall(bench.Input(kernel, channels, length), bench.Input(bias, channels), bench.Input(gamma, channels),
            bench.Input(beta, channels), bench.Input(mean, channels), bench.Input(variance, channels), foldedKernel.View, foldedBias.View,
            1e-3f);
        var expected = Enumerable.Range(0, channels).Select(c => BatchNormFoldReference.Compute(
            kernel[(c * length)..((c + 1) * length)], bias[c], gamma[c], beta[c], mean[c], variance[c], 1e-3f)).ToArray();
        Run(bench, call, () =>
        {
            Verify.Close([.. expected.SelectMany(e => e.Kernel)], foldedKernel.Result);
            Verify.Close([.. expected.Select(e => e.Bias)], foldedBias.Result);
        });
    }
}
