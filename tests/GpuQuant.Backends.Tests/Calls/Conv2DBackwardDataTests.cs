namespace GpuQuant.Backends.Tests.Calls;

public sealed class Conv2DBackwardDataTests : ConformanceTests<Conv2DBackwardDataCall>
{
    public static TheoryData<string, ConvSizes> Cases => TestDevices.Times(ConvCases.All, ConvCases.Blocked);

    [Theory, MemberData(nameof(Cases))]
    public void Conv2DBackwardData_AnyWindow_MatchesReference(string device, ConvSizes sizes)
    {
        using var bench = new Bench(device);
        var (outputGradient, kernel) = (Draw.Normals(1, sizes.OutputCount), Draw.Normals(2, sizes.KernelCount));
        var inputGradient = bench.Output<float>(sizes.InputShape);
        var call = new Conv2DBackwardDataCall(
            bench.Input(outputGradient, sizes.OutputShape), bench.Input(kernel, sizes.KernelShape), inputGradient.View, sizes.Window);
        var expected = Conv2DBackwardDataReference.Compute(sizes, outputGradient, kernel);
        Run(bench, call, () => Verify.Close(expected, inputGradient.Result));
    }
}
