namespace GpuQuant.Backends.Tests.Calls;

public sealed class BatchNormForwardTests : ConformanceTests<BatchNormForwardCall>
{
    public static TheoryData<string, (int Rows, int Channels)> Sizes => TestDevices.Times([(1, 1), (2, 3), (67, 17), (1031, 5), (13, 130)]);

    [Theory, MemberData(nameof(Sizes))]
    public void BatchNormForward_AnySize_MatchesReference(string device, (int Rows, int Channels) size)
    {
        var (rows, channels) = size;
        using var bench = new Bench(device);
        var input = Input(rows, channels);
        var (gamma, beta) = (Draw.Normals(2, channels), Draw.Normals(3, channels));
        var (oldMean, oldVariance) = (Draw.Normals(4, channels), Draw.Normals(5, channels, 0.1, 1));
        var (output, mean, inverse) = (bench.Output<float>(rows, channels), bench.Output<float>(channels), bench.Output<float>(channels));
        var (runningMean, runningVariance) = (bench.InOut(oldMean, channels), bench.InOut(oldVariance, channels));
        var call = new BatchNormForwardCall(
            bench.Input(input, rows, channels), bench.Input(gamma, channels), bench.Input(beta, channels), output.View, mean.View,
            inverse.View, runningMean.View, runningVariance.View, 1e-3f, 0.9f);
        var expected = Enumerable.Range(0, channels).Select(c => BatchNormForwardReference.Compute(
            Columns.Take(input, channels, c), gamma[c], beta[c], oldMean[c], oldVariance[c], 1e-3f, 0.9f)).ToArray();
        Run(bench, call, () =>
        {
            Verify.Close([.. expected.Select(e => e.Mean)], mean.Result);
            Verify.Close([.. expected.Select(e => e.InverseDeviation)], inverse.Result);
            Verify.Close([.. expected.Select(e => e.RunningMean)], runningMean.Result);
            Verify.Close([.. expected.Select(e => e.RunningVariance)], runningVariance.Result);
            Verify.Close(Columns.Join(expected.Select(e => e.Output)), output.Result);
        });
    }

    // The last channel is constant and the one before it far from zero, where sum of squares minus square of sum would fail.
    private static float[] Input(int rows, int channels) => [.. Draw.Normals(1, rows * channels).Select((x, i) =>
        i % channels == channels - 1 ? 0.3f : i % channels == channels - 2 ? x + 50 : x)];
}
