namespace GpuQuant.Backends.Tests.Calls;

public sealed class DequantizeTests : ConformanceTests<DequantizeCall>
{
    public static TheoryData<string, (float Scale, int ZeroPoint)> Cases =>
        TestDevices.Times([(1f, 0), (0.0371f, -128), (1 / 255f, 127), (3.3f, -7)]);

    [Theory, MemberData(nameof(Cases))]
    public void Dequantize_EveryInt8_MatchesReference(string device, (float Scale, int ZeroPoint) c)
    {
        using var bench = new Bench(device);
        var input = Enumerable.Range(-128, 256).ToArray();
        var output = bench.Output<float>(256);
        Run(bench, new(bench.Input(input.Select(q => (sbyte)q).ToArray(), 256), output.View, c.Scale, c.ZeroPoint),
            () => Verify.Same(DequantizeReference.Compute(input, c.Scale, c.ZeroPoint), output.Result));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Dequantize_EveryUInt8_MatchesReference(string device, (float Scale, int ZeroPoint) c)
    {
        using var bench = new Bench(device);
        var input = Enumerable.Range(0, 256).ToArray();
        var output = bench.Output<float>(256);
        Run(bench, new(bench.Input(input.Select(q => (byte)q).ToArray(), 256), output.View, c.Scale, c.ZeroPoint),
            () => Verify.Same(DequantizeReference.Compute(input, c.Scale, c.ZeroPoint), output.Result));
    }

    public static TheoryData<string, float> Scales => TestDevices.Times([0.5f, 0.0371f]);

    [Theory, MemberData(nameof(Scales))]
    public void Dequantize_ZeroPointPerItem_MatchesReference(string device, float scale)
    {
        using var bench = new Bench(device);
        var input = Enumerable.Range(-100, 3 * 67).ToArray();
        int[] zeroPoints = [-128, 5, 127];
        var output = bench.Output<float>(3, 67);
        var expected = input.Chunk(67).SelectMany((item, n) => DequantizeReference.Compute(item, scale, zeroPoints[n])).ToArray();
        Run(bench, new(bench.Input(input.Select(q => (sbyte)q).ToArray(), 3, 67), output.View, scale, 99, bench.Input(zeroPoints, 3)),
            () => Verify.Same(expected, output.Result));
    }

    public static TheoryData<string> Devices => [.. TestDevices.Names];

    [Theory, MemberData(nameof(Devices))]
    public void Dequantize_Int16_IsExact(string device)
    {
        using var bench = new Bench(device);
        var output = bench.Output<float>(4);
        Run(bench, new(bench.Input<short>([short.MinValue, -1, 0, short.MaxValue], 4), output.View, 0.25f, 0),
            () => Verify.Same<float>([-8192, -0.25f, 0, 8191.75f], output.Result));
    }
}
