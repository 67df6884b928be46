namespace GpuQuant.Backends.Tests.Calls;

public sealed class BatchNormForwardTests : ConformanceTests<BatchNormForwardCall>
{
    public static TheoryData<string, (int Rows, int Channels, Activation Activation)> Cases => TestDevices.Times<(int, int, Activation)>(
    [
        (1, 1, Activation.None), (2, 3, Activation.Relu), (67, 17, Activation.None), (2031, 5, Activation.Relu), (19, 16, Activation.Relu),
        (13, 130, Activation.Relu6), (9, 33, Activation.Tanh), (3, 1025, Activation.Sigmoid),
    ]);

    [Theory, MemberData(nameof(Cases))]
    public void BatchNormForward_AnySize_MatchesReference(string device, (int Rows, int Channels, Activation Activation) c)
    {
        var (rows, channels, activation) = c;
        using var bench = new Bench(device);
        var input = MomentsTests.Input(rows, channels);
        var (gamma, beta) = (Draw.Normals(2, channels), Draw.Normals(3, channels));
        var (oldMean, oldVariance) = (Draw.Normals(4, channels), Draw.Normals(5, channels, 0.1, 1));
        // As they come: rounded to float32.
        var moments = MomentsReference.ComputeAll([.. input.Select(x => (Approx)x)], channels).Select(m => (float)m.Value).ToArray();
        var (output, mean, inverse) = (bench.Output<float>(rows, channels), bench.Output<float>(channels), bench.Output<float>(channels));
        var (runningMean, runningVariance) = (bench.InOut(oldMean, channels), bench.InOut(oldVariance, channels));
        var call = new BatchNormForwardCall(
            bench.Input(input, rows, channels), bench.Input(moments, 4, channels), bench.Input(gamma, channels),
            bench.Input(beta, channels), output.View, mean.View, inverse.View, runningMean.View, runningVariance.View, 1e-3f, 0.9f,
            activation);
        var expected = Enumerable.Range(0, channels).Select(i => BatchNormForwardReference.Compute(
            Columns.Take(input, channels, i), moments[i], moments[channels + i], gamma[i], beta[i], oldMean[i], oldVariance[i], 1e-3f,
            0.9f, activation)).ToArray();
        Run(bench, call, () =>
        {
            Verify.Same(moments[..channels], mean.Result);
            Verify.Close([.. expected.Select(e => e.InverseDeviation)], inverse.Result);
            Verify.Close([.. expected.Select(e => e.RunningMean)], runningMean.Result);
            Verify.Close([.. expected.Select(e => e.RunningVariance)], runningVariance.Result);
            Verify.Close(Columns.Join(expected.Select(e => e.Output)), output.Result);
        });
    }
}
