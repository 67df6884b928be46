namespace GpuQuant.Backends.Tests.Calls;

public sealed class BatchNormFoldBackwardTests : ConformanceTests<BatchNormFoldBackwardCall>
{
    public static TheoryData<string, (int Channels, int Length)> Sizes => TestDevices.Times([(1, 1), (3, 17), (16, 150), (130, 27)]);

    [Theory, MemberData(nameof(Sizes))]
    public void BatchNormFoldBackward_AnySize_MatchesReference(string device, (int Channels, int Length) size)
    {
        const int rows = 77;
        var (channels, length) = size;
        using var bench = new Bench(device);
        float[] kernel = Draw.Normals(1, channels * length), bias = Draw.Normals(2, channels), gamma = Draw.Normals(3, channels);
        float[] mean = Draw.Normals(4, channels), variance = [.. Draw.Normals(5, channels, 0.1, 1).Select(Math.Abs)];
        float[] kernelGradient = Draw.Normals(6, channels * length), biasGradient = Draw.Normals(7, channels);
        var dKernel = bench.Output<float>(channels, length);
        var (dBias, dGamma, dBeta) = (bench.Output<float>(channels), bench.Output<float>(channels), bench.Output<float>(channels));
        var (slope, offset) = (bench.Output<float>(channels), bench.Output<float>(channels));
        var call = new BatchNormFoldBackwardCall(bench.Input(kernel, channels, length), bench.Input(bias, channels),
            bench.Input(gamma, channels), bench.Input(mean, channels), bench.Input(variance, channels),
            bench.Input(kernelGradient, channels, length), bench.Input(biasGradient, channels), dKernel.View, dBias.View, dGamma.View,
            dBeta.View, slope.View, offset.View, rows, 1e-3f);
        var expected = Enumerable.Range(0, channels).Select(c => BatchNormFoldReference.Gradient(Row(kernel, c), bias[c], gamma[c], mean[c],
            variance[c], Row(kernelGradient, c), biasGradient[c], rows, 1e-3f)).ToArray();
        Run(bench, call, () =>
        {
            Verify.Close([.. expected.SelectMany(e => e.Kernel)], dKernel.Result);
            Verify.Close([.. expected.Select(e => e.Bias)], dBias.Result);
            Verify.Close([.. expected.Select(e => e.Gamma)], dGamma.Result);
            Verify.Close([.. expected.Select(e => e.Beta)], dBeta.Result);
            Verify.Close([.. expected.Select(e => e.Slope)], slope.Result);
            Verify.Close([.. expected.Select(e => e.Offset)], offset.Result);
        });

        float[] Row(float[] values, int c) => values[(c * length)..((c + 1) * length)];
    }
}
