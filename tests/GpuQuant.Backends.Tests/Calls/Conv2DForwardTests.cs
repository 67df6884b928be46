namespace GpuQuant.Backends.Tests.Calls;

public sealed class Conv2DForwardTests : ConformanceTests<Conv2DForwardCall>
{
    public static TheoryData<string, ConvSizes> Cases => TestDevices.Times(ConvCases.All);

    public static TheoryData<string, Activation> Activations => TestDevices.Times(Enum.GetValues<Activation>());

    [Theory, MemberData(nameof(Cases))]
    public void Conv2DForward_WithoutBias_MatchesReference(string device, ConvSizes sizes) => Check(device, sizes, null, Activation.None);

    [Theory, MemberData(nameof(Activations))]
    public void Conv2DForward_WithBiasAndActivation_MatchesReference(string device, Activation activation) =>
        Check(device, new(2, 9, 21, Window2D.Same(6, 7, 3, 1)), Draw.Normals(3, 21), activation);

    private static void Check(string device, ConvSizes sizes, float[]? bias, Activation activation)
    {
        using var bench = new Bench(device);
        var (input, kernel) = (Draw.Normals(1, sizes.InputCount), Draw.Normals(2, sizes.KernelCount));
        var output = bench.Output<float>(sizes.OutputShape);
        var call = new Conv2DForwardCall(
            bench.Input(input, sizes.InputShape), bench.Input(kernel, sizes.KernelShape),
            bias is null ? null : bench.Input(bias, sizes.Out), output.View, sizes.Window, activation);
        var expected = Conv2DForwardReference.Compute(sizes, input, kernel, bias, activation);
        Run(bench, call, () => Verify.Close(expected, output.Result));
    }
}
