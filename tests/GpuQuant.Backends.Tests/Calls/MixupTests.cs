namespace GpuQuant.Backends.Tests.Calls;

public sealed class MixupTests : ConformanceTests<MixupCall>
{
    public static TheoryData<string, (int Rows, int Length)> Cases => TestDevices.Times([(1, 1), (5, 10), (4, 16), (7, 1009)]);

    public static TheoryData<string> Devices => [.. TestDevices.Names];

    [Theory, MemberData(nameof(Cases))]
    public void Mixup_AnyShape_MatchesReference(string device, (int Rows, int Length) c)
    {
        using var bench = new Bench(device);
        var input = Draw.Normals(1, c.Rows * c.Length);
        // A rotation with one fixed point, and the shares' ends.
        int[] partners = [0, .. Enumerable.Range(1, c.Rows - 1).Select(i => i % (c.Rows - 1) + 1)];
        float[] shares = [.. Enumerable.Range(0, c.Rows).Select(i => i / Math.Max(1f, c.Rows - 1))];
        var output = bench.Output<float>(c.Rows, c.Length);
        Run(bench, new(bench.Input(input, c.Rows, c.Length), bench.Input(partners, c.Rows), bench.Input(shares, c.Rows), output.View),
            () => Verify.Close(MixupReference.Compute(input, partners, shares), output.Result));
    }

    /// <summary>0.75 [1, 0] + 0.25 [0, 1] = [0.75, 0.25]; the second row has the whole weight.</summary>
    [Theory, MemberData(nameof(Devices))]
    public void Mixup_TheWorkedExample_IsThatOfTheFormula(string device)
    {
        using var bench = new Bench(device);
        var output = bench.Output<float>(2, 2);
        Run(bench, new(bench.Input([1f, 0, 0, 1], 2, 2), bench.Input([1, 0], 2), bench.Input([0.75f, 1], 2), output.View),
            () => Verify.Same([0.75f, 0.25f, 0, 1], output.Result));
    }
}
