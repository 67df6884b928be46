namespace GpuQuant.Backends.Tests.Calls;

public sealed class ScaleAccumulatorsTests : ConformanceTests<ScaleAccumulatorsCall>
{
    public static TheoryData<string, (int Items, int Middle, int Columns, bool PerChannel, bool Bias, Activation Activation)> Cases =>
        TestDevices.Times<(int, int, int, bool, bool, Activation)>(
        [
            (1, 1, 1, false, false, Activation.None), (67, 1, 131, true, true, Activation.None), (5, 49, 7, true, false, Activation.Relu),
            (3, 4, 33, false, true, Activation.Relu6), (2, 9, 5, true, true, Activation.Sigmoid), (4, 3, 17, false, true, Activation.Tanh),
        ]);

    [Theory, MemberData(nameof(Cases))]
    public void ScaleAccumulators_AnySize_MatchesReference(
        string device, (int Items, int Middle, int Columns, bool PerChannel, bool Bias, Activation Activation) c)
    {
        using var bench = new Bench(device);
        int[] shape = [c.Items, c.Middle, c.Columns];
        int[] input = [int.MaxValue, .. Draw.Integers(1, c.Items * c.Middle * c.Columns, -100_000, 100_000).Skip(1)];
        var rowScales = Draw.Normals(2, c.Items, 0.001, 0.01);
        var channelScales = Draw.Normals(3, c.PerChannel ? c.Columns : 1, 0.001, 0.01);
        var bias = c.Bias ? Draw.Normals(4, c.Columns) : null;
        var output = bench.Output<float>(shape);
        var call = new ScaleAccumulatorsCall(
            bench.Input(input, shape), bench.Input(rowScales, c.Items), bench.Input(channelScales, channelScales.Length),
            bias is null ? null : bench.Input(bias, c.Columns), output.View, c.Activation);
        var expected = ScaleAccumulatorsReference.Compute(input, c.Columns, rowScales, channelScales, bias, c.Activation);
        Run(bench, call, () => Verify.Close(expected, output.Result));
    }
}
