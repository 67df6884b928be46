namespace GpuQuant.Backends.Tests.Calls;

public sealed class BatchNormInferenceTests : ConformanceTests<BatchNormInferenceCall>
{
    public static TheoryData<string, (int Rows, int Channels, Activation Activation)> LongerRows =>
        TestDevices.Times<(int, int, Activation)>([(2, 3, Activation.Relu), (131, 16, Activation.Relu), (13, 130, Activation.Relu6)]);

    public static TheoryData<string, (int Rows, int Channels, Activation Activation)> Cases => TestDevices.Times<(int, int, Activation)>(
    [
        (1, 1, Activation.None), (67, 17, Activation.Relu), (31, 5, Activation.Relu6), (13, 130, Activation.Tanh),
        (9, 33, Activation.Sigmoid),
    ]);

    [Theory, MemberData(nameof(Cases))]
    public void BatchNormInference_AnySize_MatchesReference(string device, (int Rows, int Channels, Activation Activation) c) =>
        Check(device, c, beyond: 0);

    [Theory, MemberData(nameof(LongerRows))]
    public void BatchNormInference_OfLongerRows_TakesTheFirstChannels(string device, (int Rows, int Channels, Activation Activation) c) =>
        Check(device, c, beyond: 7);

    private static void Check(string device, (int Rows, int Channels, Activation Activation) c, int beyond)
    {
        using var bench = new Bench(device);
        var (input, gamma, beta) = (Draw.Normals(1, c.Rows * c.Channels, 3), Draw.Normals(2, c.Channels), Draw.Normals(3, c.Channels));
        float[] mean = Draw.Normals(4, c.Channels), variance = [0, .. Draw.Normals(5, c.Channels, 0.1, 1).Skip(1)];
        var output = bench.Output<float>(c.Rows, c.Channels);
        var call = new BatchNormInferenceCall(
            bench.Input(Columns.Lengthen(input, c.Channels, beyond), c.Rows, c.Channels + beyond), bench.Input(gamma, c.Channels), bench.Input(beta, c.Channels),
            bench.Input(mean, c.Channels), bench.Input(variance, c.Channels), output.View, 1e-3f, c.Activation);
        Run(bench, call, () => Verify.Close(
            BatchNormInferenceReference.Compute(input, gamma, beta, mean, variance, 1e-3f, c.Activation), output.Result));
    }
}
