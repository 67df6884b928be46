namespace GpuQuant.Backends.Tests.Calls;

public sealed class IntSoftmaxTests : ConformanceTests<IntSoftmaxCall>
{
    public static TheoryData<string, (int Rows, int Columns, float Scale)> Cases =>
        TestDevices.Times([(1, 1, 0.1f), (67, 10, 0.05f), (5, 131, 0.01f), (13, 2, 1f), (257, 7, 0.003f)]);

    [Theory, MemberData(nameof(Cases))]
    public void IntSoftmax_AnySize_MatchesReference(string device, (int Rows, int Columns, float Scale) c) =>
        Check(device, Draw.Int8(1, c.Rows * c.Columns), c.Columns, c.Scale);

    [Theory, MemberData(nameof(Cases))]
    public void IntSoftmax_EqualLogits_MatchesReference(string device, (int Rows, int Columns, float Scale) c) =>
        Check(device, [.. Enumerable.Range(0, c.Rows * c.Columns).Select(i => i / c.Columns % 2 == 0 ? sbyte.MinValue : sbyte.MaxValue)],
            c.Columns, c.Scale);

    public static TheoryData<string, (float Scale, int[] Distances)> NearTies => TestDevices.Times<(float, int[])>(
    [
        (0.01f, [0, 147, 214, 49, 218, 230, 241, 181, 51, 196]), (0.1f, [0, 148, 120, 17, 146, 228, 8, 12, 252, 103]),
        (0.003f, [0, 233, 165, 106, 252, 153, 221, 48, 148, 247]), (0.05f, [0, 207, 162, 94, 181, 74, 132, 141, 195, 10]),
    ]);

    /// <summary>Rows, found by search, in which dividing by the sum instead of multiplying by its inverse gives another integer.</summary>
    [Theory, MemberData(nameof(NearTies))]
    public void IntSoftmax_NearTies_MultiplyByTheInverse(string device, (float Scale, int[] Distances) c) =>
        Check(device, [.. c.Distances.Select(d => (sbyte)(127 - d))], c.Distances.Length, c.Scale);

    private static void Check(string device, sbyte[] input, int columns, float scale)
    {
        using var bench = new Bench(device);
        var table = Enumerable.Range(0, 256).Select(d => MathF.Exp(-scale * d)).ToArray();
        var output = bench.Output<byte>(input.Length / columns, columns);
        Run(bench, new(bench.Input(input, input.Length / columns, columns), bench.Input(table, 256), output.View),
            () => Verify.Same(IntSoftmaxReference.Compute(input, table, columns), output.Result));
    }
}
