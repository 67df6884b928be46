namespace GpuQuant.Backends.Tests.Calls;

public sealed class ActivationForwardTests : ConformanceTests<ActivationForwardCall>
{
    private static readonly float[] Special =
        [0, -0f, 6, 5.9999995f, 6.0000005f, 1e-7f, -1e-7f, 0.05f, -0.2f, 20, -20, 87, -87, 200, -200, float.NaN];

    public static TheoryData<string, Activation> Activations => TestDevices.Times(Enum.GetValues<Activation>());

    [Theory, MemberData(nameof(Activations))]
    public void ActivationForward_AnyInput_MatchesReference(string device, Activation activation)
    {
        using var bench = new Bench(device);
        float[] input = [.. Special, .. Draw.Normals(1, 1003, deviation: 4)];
        var output = bench.Output<float>(input.Length);
        Run(bench, new(activation, bench.Input(input, input.Length), output.View),
            () => Verify.Close(ActivationForwardReference.Compute(activation, input), output.Result));
    }

    [Theory, MemberData(nameof(Activations))]
    public void ActivationForward_InPlace_MatchesReference(string device, Activation activation)
    {
        using var bench = new Bench(device);
        var values = Draw.Normals(2, 67, deviation: 4);
        var tensor = bench.InOut(values, values.Length);
        Run(bench, new(activation, tensor.View, tensor.View),
            () => Verify.Close(ActivationForwardReference.Compute(activation, values), tensor.Result));
    }
}
