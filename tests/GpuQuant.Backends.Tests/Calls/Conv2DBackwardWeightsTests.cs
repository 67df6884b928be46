namespace GpuQuant.Backends.Tests.Calls;

public sealed class Conv2DBackwardWeightsTests : ConformanceTests<Conv2DBackwardWeightsCall>
{
    public static TheoryData<string, ConvSizes> Cases => TestDevices.Times(ConvCases.All, ConvCases.Blocked);

    [Theory, MemberData(nameof(Cases))]
    public void Conv2DBackwardWeights_AnyWindow_MatchesReference(string device, ConvSizes sizes) => Check(device, sizes, false);

    [Theory, MemberData(nameof(Cases))]
    public void Conv2DBackwardWeights_WithBias_MatchesReference(string device, ConvSizes sizes) => Check(device, sizes, true);

    private static void Check(string device, ConvSizes sizes, bool withBias)
    {
        using var bench = new Bench(device);
        var (input, outputGradient) = (Draw.Normals(1, sizes.InputCount), Draw.Normals(2, sizes.OutputCount));
        var kernelGradient = bench.Output<float>(sizes.KernelShape);
        var biasGradient = withBias ? bench.Output<float>(sizes.Out) : null;
        var call = new Conv2DBackwardWeightsCall(
            bench.Input(input, sizes.InputShape), bench.Input(outputGradient, sizes.OutputShape), kernelGradient.View, sizes.Window,
            biasGradient?.View);
        var expected = Conv2DBackwardWeightsReference.Compute(sizes, input, outputGradient);
        var sums = Conv2DBackwardWeightsReference.Bias(sizes, outputGradient);
        Run(bench, call, () =>
        {
            Verify.Close(expected, kernelGradient.Result);
            if (biasGradient is not null)
                Verify.Close(sums, biasGradient.Result);
        });
    }
}
