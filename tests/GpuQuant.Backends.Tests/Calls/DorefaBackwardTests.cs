namespace GpuQuant.Backends.Tests.Calls;

public sealed class DorefaBackwardTests : ConformanceTests<DorefaBackwardCall>
{
    public static TheoryData<string, int> Cases => TestDevices.Times<int>([1, 67, 9001]);

    [Theory, MemberData(nameof(Cases))]
    public void Dorefa_Gradient_MatchesReference(string device, int count)
    {
        using var bench = new Bench(device);
        const float greatest = 0.91f;
        var input = Array.ConvertAll(Draw.Normals(1, count, 0.3), t => Math.Clamp(t, -greatest, greatest));
        var (dy, output) = (Draw.Normals(2, count), bench.Output<float>(count));
        var call = new DorefaBackwardCall(
            bench.Input(input, count), bench.Input([greatest], 1), bench.Input(dy, count), output.View);
        Run(bench, call, () => Verify.Close(
            [.. input.Select((t, i) => DorefaReference.Backward(t, greatest, dy[i]))], output.Result));
    }
}
