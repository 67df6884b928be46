namespace GpuQuant.Backends.Tests.Calls;

public sealed class QuantizeTests : ConformanceTests<QuantizeCall>
{
    public static TheoryData<string, (Rounding Rounding, float Scale, int ZeroPoint)> Cases => TestDevices.Times(
        from rounding in Enum.GetValues<Rounding>()
        from parameters in new[] { (0.5f, 0), (0.25f, 10), (0.0371f, -128), (1 / 255f, 127), (3.3f, -7) }
        select (rounding, parameters.Item1, parameters.Item2));

    [Theory, MemberData(nameof(Cases))]
    public void Quantize_ToInt8_MatchesReference(string device, (Rounding Rounding, float Scale, int ZeroPoint) c)
    {
        using var bench = new Bench(device);
        var input = Input(c.Rounding, c.Scale);
        var output = bench.Output<sbyte>(input.Length);
        var expected = QuantizeReference.Compute(input, c.Scale, c.ZeroPoint, c.Rounding, -128, 127).Select(q => (sbyte)q).ToArray();
        Run(bench, new(bench.Input(input, input.Length), output.View, c.Scale, c.ZeroPoint, c.Rounding),
            () => Verify.Same(expected, output.Result));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Quantize_ToUInt8_MatchesReference(string device, (Rounding Rounding, float Scale, int ZeroPoint) c)
    {
        using var bench = new Bench(device);
        var input = Input(c.Rounding, c.Scale);
        var output = bench.Output<byte>(input.Length);
        var expected = QuantizeReference.Compute(input, c.Scale, c.ZeroPoint + 100, c.Rounding, 0, 255).Select(q => (byte)q).ToArray();
        Run(bench, new(bench.Input(input, input.Length), output.View, c.Scale, c.ZeroPoint + 100, c.Rounding),
            () => Verify.Same(expected, output.Result));
    }

    // Ties, values one bit beside them, values far out of range (infinite ones have no low byte to keep).
    private static float[] Input(Rounding rounding, float scale)
    {
        var ties = Enumerable.Range(-300, 601).Select(i => (i + 0.5f) * scale).ToArray();
        var beside = ties.Select(float.BitIncrement).Concat(ties.Select(float.BitDecrement));
        float[] far = rounding == Rounding.TruncateAndWrap
            ? [1e5f * scale, -1e5f * scale]
            : [1e30f, -1e30f, float.PositiveInfinity, float.NegativeInfinity];
        return [0, -0f, .. ties, .. beside, .. far, .. Draw.Normals(1, 1001, 80 * scale)];
    }

    public static TheoryData<string> Devices => [.. TestDevices.Names];

    // 2.5 and -2.5 steps go away from zero, 40,000 steps and more saturate.
    [Theory, MemberData(nameof(Devices))]
    public void Quantize_Int16_RoundsAndSaturates(string device)
    {
        using var bench = new Bench(device);
        var output = bench.Output<short>(7);
        Run(bench, new(bench.Input([0.625f, -0.625f, 10_000, -10_000, 8191.75f, -8192, 0.1f], 7), output.View, 0.25f, 0),
            () => Verify.Same<short>([3, -3, short.MaxValue, short.MinValue, short.MaxValue, short.MinValue, 0], output.Result));
    }
}
