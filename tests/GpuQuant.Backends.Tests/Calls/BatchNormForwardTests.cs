namespace GpuQuant.Backends.Tests.Calls;

public sealed class BatchNormForwardTests : ConformanceTests<BatchNormForwardCall>
{
    public static TheoryData<string, (int Rows, int Channels, Activation Activation)> LongerRows =>
        TestDevices.Times<(int, int, Activation)>([(2, 3, Activation.Relu), (131, 16, Activation.Relu), (13, 130, Activation.Relu6)]);

    public static TheoryData<string, (int Rows, int Channels, Activation Activation)> Cases => TestDevices.Times<(int, int, Activation)>(
    [
        (1, 1, Activation.None), (2, 3, Activation.Relu), (67, 17, Activation.None), (2031, 5, Activation.Relu), (19, 16, Activation.Relu),
        (13, 130, Activation.Relu6), (9, 33, Activation.Tanh), (3, 1025, Activation.Sigmoid),
    ]);

    public static TheoryData<string, (int Rows, int Channels, Activation Activation, bool IsFirst)> QuantizedCases =>
        TestDevices.Times<(int, int, Activation, bool)>(
    [
        (2, 3, Activation.Relu, true), (67, 17, Activation.None, false), (2031, 5, Activation.Relu, false),
        (19, 16, Activation.Relu, true), (13, 130, Activation.Relu6, true), (3, 1025, Activation.None, true),
    ]);

    [Theory, MemberData(nameof(Cases))]
    public void BatchNormForward_AnySize_MatchesReference(string device, (int Rows, int Channels, Activation Activation) c) =>
        Check(device, c.Rows, c.Channels, c.Activation, beyond: 0);

    [Theory, MemberData(nameof(LongerRows))]
    public void BatchNormForward_OfLongerRows_TakesTheFirstChannels(string device, (int Rows, int Channels, Activation Activation) c) =>
        Check(device, c.Rows, c.Channels, c.Activation, beyond: 7);

    private static void Check(string device, int rows, int channels, Activation activation, int beyond)
    {
        using var bench = new Bench(device);
        var input = MomentsTests.Input(rows, channels);
        var (gamma, beta) = (Draw.Normals(2, channels), Draw.Normals(3, channels));
        var (oldMean, oldVariance) = (Draw.Normals(4, channels), Draw.Normals(5, channels, 0.1, 1));
        // As they come: rounded to float32.
        var moments = MomentsReference.ComputeAll([.. input.Select(x => (Approx)x)], channels).Select(m => (float)m.Value).ToArray();
        var (output, mean, inverse) = (bench.Output<float>(rows, channels), bench.Output<float>(channels), bench.Output<float>(channels));
        var (runningMean, runningVariance) = (bench.InOut(oldMean, channels), bench.InOut(oldVariance, channels));
        var call = new BatchNormForwardCall(
            bench.Input(Columns.Lengthen(input, channels, beyond), rows, channels + beyond), bench.Input(moments, 4, channels),
            bench.Input(gamma, channels), bench.Input(beta, channels), output.View, mean.View, inverse.View, runningMean.View, runningVariance.View, 1e-3f, 0.9f,
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

    /// <summary>The outputs are those without a quantizer, within their tolerance, quantized with the range that they have.</summary>
    [Theory, MemberData(nameof(QuantizedCases))]
    public void BatchNormForward_WithAQuantizer_QuantizesItsOutput(
        string device, (int Rows, int Channels, Activation Activation, bool IsFirst) c)
    {
        var (rows, channels, activation, _) = c;
        using var bench = new Bench(device);
        var input = MomentsTests.Input(rows, channels);
        var (gamma, beta) = (Draw.Normals(2, channels), Draw.Normals(3, channels));
        var moments = MomentsReference.ComputeAll([.. input.Select(x => (Approx)x)], channels).Select(m => (float)m.Value).ToArray();
        float[] before = c.IsFirst ? [0, 0] : [-0.1f, 1];
        var (output, mean, inverse) = (bench.Output<float>(rows, channels), bench.Output<float>(channels), bench.Output<float>(channels));
        var (range, scale, zeroPoint) = (bench.InOut(before, 2), bench.Output<float>(1), bench.Output<int>(1));
        var call = new BatchNormForwardCall(
            bench.Input(input, rows, channels), bench.Input(moments, 4, channels), bench.Input(gamma, channels),
            bench.Input(beta, channels), output.View, mean.View, inverse.View, bench.InOut(Draw.Normals(4, channels), channels).View,
            bench.InOut(Draw.Normals(5, channels, 0.1, 1), channels).View, 1e-3f, 0.9f, activation)
        { Quantization = new(range.View, scale.View, zeroPoint.View, 0.8f, -128, 127) };
        var expected = Columns.Join(Enumerable.Range(0, channels).Select(i => BatchNormForwardReference.Compute(
            Columns.Take(input, channels, i), moments[i], moments[channels + i], gamma[i], beta[i], 0, 1, 1e-3f, 0.9f,
            activation).Output));
        var (low, high) = (Moved(before[0], expected.MinBy(y => y.Value)), Moved(before[1], expected.MaxBy(y => y.Value)));
        Run(bench, call, () =>
        {
            Verify.Close([low, high], range.Result);
            var parameters = RangeUpdateReference.Parameters(range.Result[0], range.Result[1], -128, 127);
            Assert.Equal(parameters, (scale.Result[0], zeroPoint.Result[0]));
            for (var i = 0; i < expected.Length; i++)
                Assert.InRange(output.Result[i], Quantized(expected[i].Value - expected[i].Error),
                    Quantized(expected[i].Value + expected[i].Error));

            float Quantized(double y) => FakeQuantizeForwardReference.Compute(
                [(float)y], scale.Result, zeroPoint.Result, 1, -128, 127)[0];
        });

        // The extreme may be another element than the reference's where two are as close as the tolerance: no closer than that.
        Approx Moved(float old, Approx extreme)
        {
            var greatest = expected.Max(y => y.Error);
            var seen = (old < 0 || extreme.Value < 0 ? Math.Min(0, extreme.Value) : Math.Max(0, extreme.Value));
            var end = new Approx(seen, seen == 0 ? 0 : greatest);
            return c.IsFirst ? end : (Approx)0.8f * old + ((Approx)1 - 0.8f) * end;
        }
    }
}
