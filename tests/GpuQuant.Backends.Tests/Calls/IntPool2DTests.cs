namespace GpuQuant.Backends.Tests.Calls;

public sealed class IntPool2DTests : ConformanceTests<IntPool2DCall>
{
    public static TheoryData<string, PoolCases> Cases => TestDevices.Times(PoolCases.All);

    [Theory, MemberData(nameof(Cases))]
    public void IntPool2D_AnyWindow_IsExact(string device, PoolCases c) => Check(device, c, Draw.Int8(1, c.InputCount));

    /// <summary>Small values of both signs: about half of the means of 2 x 2 values tie.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void IntPool2D_Ties_RoundAwayFromZero(string device, PoolCases c) =>
        Check(device, c, [.. Draw.Integers(1, c.InputCount, -3, 3).Select(q => (sbyte)q)]);

    private static void Check(string device, PoolCases c, sbyte[] input)
    {
        using var bench = new Bench(device);
        var output = bench.Output<sbyte>(c.OutputShape);
        var expected = IntPool2DReference.Compute(c.Kind, input, c.Window, c.Images, c.Channels);
        Run(bench, new(c.Kind, bench.Input(input, c.InputShape), output.View, c.Window), () => Verify.Same(expected, output.Result));
    }

    /// <summary>int16 numbers over their range, and small ones, which tie.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void IntPool2D_Int16_IsExact(string device, PoolCases c)
    {
        foreach (var limit in new[] { 3, 32767 })
        {
            using var bench = new Bench(device);
            short[] input = [.. Draw.Integers(1, c.InputCount, -limit, limit).Select(q => (short)q)];
            var output = bench.Output<short>(c.OutputShape);
            short[] expected = [.. c.Window.Elements(c.Images, c.Channels).Select(elements => c.Kind == PoolKind.Max
                ? elements.Max(x => input[x])
                : (short)Math.Round((decimal)elements.Sum(x => input[x]) / elements.Length, MidpointRounding.AwayFromZero))];
            Run(bench, new(c.Kind, bench.Input(input, c.InputShape), output.View, c.Window), () => Verify.Same(expected, output.Result));
        }
    }
}
