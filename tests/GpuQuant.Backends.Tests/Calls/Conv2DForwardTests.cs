namespace GpuQuant.Backends.Tests.Calls;

public sealed class Conv2DForwardTests : ConformanceTests<Conv2DForwardCall>
{
    public static TheoryData<string, ConvSizes> Cases => TestDevices.Times(ConvCases.All, ConvCases.Blocked);

    public static TheoryData<string, Activation> Activations => TestDevices.Times(Enum.GetValues<Activation>());

    [Theory, MemberData(nameof(Cases))]
    public void Conv2DForward_WithoutBias_MatchesReference(string device, ConvSizes sizes) => Check(device, sizes, null, Activation.None);

    [Theory, MemberData(nameof(Activations))]
    public void Conv2DForward_WithBiasAndActivation_MatchesReference(string device, Activation activation) =>
        Check(device, new(2, 9, 21, Window2D.Same(6, 7, 3, 1)), Draw.Normals(3, 21), activation);

    [Theory, MemberData(nameof(Cases))]
    public void Conv2DForward_WithEverythingAfter_MatchesReference(string device, ConvSizes sizes)
    {
        using var bench = new Bench(device);
        var (input, kernel, bias) = (Draw.Normals(1, sizes.InputCount), Draw.Normals(2, sizes.KernelCount), Draw.Normals(3, sizes.Out));
        var (scale, shift, residual) = (Draw.Normals(4, sizes.Out), Draw.Normals(5, sizes.Out), Draw.Normals(6, sizes.OutputCount));
        var output = bench.Output<float>(sizes.OutputShape);
        var call = new Conv2DForwardCall(
            bench.Input(input, sizes.InputShape), bench.Input(kernel, sizes.KernelShape), bench.Input(bias, sizes.Out), output.View,
            sizes.Window, Activation.Relu)
        {
            Scale = bench.Input(scale, sizes.Out),
            Shift = bench.Input(shift, sizes.Out),
            Residual = bench.Input(residual, sizes.OutputShape),
        };
        var expected = Conv2DForwardReference.Compute(sizes, input, kernel, bias, Activation.Relu, scale, shift, residual);
        Run(bench, call, () => Verify.Close(expected, output.Result));
    }

    /// <summary>The output as without them, and its own means and variances: of the values before they are rounded to float32.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Conv2DForward_WithMoments_GivesThoseOfItsOutput(string device, ConvSizes sizes)
    {
        using var bench = new Bench(device);
        var (input, kernel, bias) = (Draw.Normals(1, sizes.InputCount), Draw.Normals(2, sizes.KernelCount), Draw.Normals(3, sizes.Out));
        var (output, moments) = (bench.Output<float>(sizes.OutputShape), bench.Output<float>(4, sizes.Out));
        var call = new Conv2DForwardCall(
            bench.Input(input, sizes.InputShape), bench.Input(kernel, sizes.KernelShape), bench.Input(bias, sizes.Out), output.View,
            sizes.Window)
        { Moments = moments.View };
        var expected = Conv2DForwardReference.Compute(sizes, input, kernel, bias, Activation.None);
        var expectedMoments = MomentsReference.ComputeAll(expected, sizes.Out);
        Assert.Contains(moments.View, call.Writes);
        Run(bench, call, () =>
        {
            Verify.Close(expected, output.Result);
            Verify.Close(expectedMoments, moments.Result);
        });
    }

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
