namespace GpuQuant.Backends.Tests.Calls;

public sealed class GemmTests : ConformanceTests<GemmCall>
{
    public static TheoryData<string, (int M, int N, int K, bool TransposeA, bool TransposeB)> Sizes => TestDevices.Times(
        InAllLayouts((1, 1, 1), (1, 7, 5), (5, 1, 67), (16, 16, 16), (3, 5, 301), (67, 131, 2), (31, 37, 41), (67, 131, 257), (130, 9, 801),
            (9, 300, 390)),
        InAllLayouts((1, 1, 1), (31, 37, 41), (32, 12, 16), (64, 60, 7), (131, 127, 11), (128, 128, 20)));

    public static TheoryData<string, Activation> Activations => TestDevices.Times(Enum.GetValues<Activation>(), Enum.GetValues<Activation>());

    public static TheoryData<string> DeviceNames => [.. TestDevices.Names];

    [Theory, MemberData(nameof(Sizes))]
    public void Gemm_AnySize_MatchesReference(string device, (int M, int N, int K, bool TransposeA, bool TransposeB) c) =>
        Check(device, c.M, c.N, c.K, Draw.Normals(1, c.M * c.K), null, c.TransposeA, c.TransposeB, Activation.None);

    [Theory, MemberData(nameof(Activations))]
    public void Gemm_WithBiasAndActivation_MatchesReference(string device, Activation activation) =>
        Check(device, 19, 35, 23, Draw.Normals(1, 19 * 23), Draw.Normals(3, 35), false, true, activation);

    [Theory, MemberData(nameof(DeviceNames))]
    public void Gemm_NaNInARow_FillsTheRowAlone(string device)
    {
        float[] a = [float.NaN, .. Draw.Normals(1, 5 * 3 - 1)];
        Check(device, 5, 4, 3, a, null, false, false, Activation.Relu);
    }

    private static IEnumerable<(int M, int N, int K, bool TransposeA, bool TransposeB)> InAllLayouts(params (int M, int N, int K)[] sizes) =>
        from size in sizes
        from transposes in new[] { (false, false), (false, true), (true, false), (true, true) }
        select (size.M, size.N, size.K, transposes.Item1, transposes.Item2);

    private static void Check(
        string device, int m, int n, int k, float[] a, float[]? bias, bool transposeA, bool transposeB, Activation activation)
    {
        using var bench = new Bench(device);
        var b = Draw.Normals(2, k * n);
        var c = bench.Output<float>(m, n);
        var call = new GemmCall(
            bench.Input(a, transposeA ? [k, m] : [m, k]), bench.Input(b, transposeB ? [n, k] : [k, n]),
            bias is null ? null : bench.Input(bias, n), c.View, transposeA, transposeB, activation);
        var expected = GemmReference.Compute(m, n, k, a, b, bias, transposeA, transposeB, activation);
        Run(bench, call, () => Verify.Close(expected, c.Result));
    }
}
