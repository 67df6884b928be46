namespace GpuQuant.Backends.Tests.Calls;

public sealed class BinaryTests : ConformanceTests<BinaryCall>
{
    public static TheoryData<string, BinaryKind> Kinds => TestDevices.Times(Enum.GetValues<BinaryKind>());

    [Theory, MemberData(nameof(Kinds))]
    public void Binary_AnyInput_MatchesReference(string device, BinaryKind kind)
    {
        using var bench = new Bench(device);
        float[] a = [float.NaN, float.PositiveInfinity, 1e38f, .. Draw.Normals(1, 1006)];
        float[] b = [1, 3, 3e38f, .. Draw.Normals(2, 1006)];
        var output = bench.Output<float>(1009);
        Run(bench, new(kind, bench.Input(a, 1009), bench.Input(b, 1009), output.View),
            () => Verify.Same(BinaryReference.Compute(kind, a, b), output.Result));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Binary_OutputIsAnInput_MatchesReference(string device, BinaryKind kind)
    {
        var (a, b) = (Draw.Normals(3, 67), Draw.Normals(4, 67));
        using (var bench = new Bench(device))
        {
            var output = bench.InOut(a, 67);
            Run(bench, new(kind, output.View, bench.Input(b, 67), output.View),
                () => Verify.Same(BinaryReference.Compute(kind, a, b), output.Result));
        }
        using (var bench = new Bench(device))
        {
            var output = bench.InOut(b, 67);
            Run(bench, new(kind, bench.Input(a, 67), output.View, output.View),
                () => Verify.Same(BinaryReference.Compute(kind, a, b), output.Result));
        }
    }
}
