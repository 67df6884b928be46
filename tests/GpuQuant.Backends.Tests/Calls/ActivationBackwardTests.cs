namespace GpuQuant.Backends.Tests.Calls;

public sealed class ActivationBackwardTests : ConformanceTests<ActivationBackwardCall>
{
    public static TheoryData<string, Activation> Activations => TestDevices.Times(Enum.GetValues<Activation>());

    [Theory, MemberData(nameof(Activations))]
    public void ActivationBackward_AnyInput_MatchesReference(string device, Activation activation)
    {
        using var bench = new Bench(device);
        var (output, gradient) = (Outputs(activation, 1009), Draw.Normals(2, 1009));
        var result = bench.Output<float>(1009);
        Run(bench, new(activation, bench.Input(output, 1009), bench.Input(gradient, 1009), result.View),
            () => Verify.Close(ActivationBackwardReference.Compute(activation, output, gradient), result.Result));
    }

    [Theory, MemberData(nameof(Activations))]
    public void ActivationBackward_SameGradientTensor_MatchesReference(string device, Activation activation)
    {
        using var bench = new Bench(device);
        var (output, gradient) = (Outputs(activation, 67), Draw.Normals(3, 67));
        var tensor = bench.InOut(gradient, 67);
        Run(bench, new(activation, bench.Input(output, 67), tensor.View, tensor.View),
            () => Verify.Close(ActivationBackwardReference.Compute(activation, output, gradient), tensor.Result));
    }

    // Outputs that the activation can have, its limits first.
    private static float[] Outputs(Activation activation, int count)
    {
        var (low, high) = activation switch
        {
            Activation.Relu => (0f, 9f),
            Activation.Relu6 => (0f, 6f),
            Activation.Sigmoid => (0f, 1f),
            Activation.Tanh => (-1f, 1f),
            _ => (-9f, 9f),
        };
        return [low, high, .. Draw.Normals(1, count - 2, (high - low) / 3, (high + low) / 2).Select(y => Math.Clamp(y, low, high))];
    }
}
