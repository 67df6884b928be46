namespace GpuQuant.Backends.Tests.Calls;

public sealed class DropoutTests : ConformanceTests<DropoutCall>
{
    private static readonly int[] Header = [unchecked((int)0xA4093822), 0x299F31D0, 7];

    public static TheoryData<string, (int Batch, int Length, float Rate)> Cases => TestDevices.Times(
        [(1, 1, 0.5f), (5, 7, 0.25f), (3, 64, 0.5f), (4, 65, 0f), (2, 1003, 0.3f), (2, 9001, 0.9f)]);

    [Theory, MemberData(nameof(Cases))]
    public void Dropout_AnyShape_GivesTheBitsOfTheReference(string device, (int Batch, int Length, float Rate) c)
    {
        using var bench = new Bench(device);
        var values = Draw.Normals(1, c.Batch * c.Length);
        int[] position = [.. Header, .. Enumerable.Range(0, c.Batch).Select(i => 50_000 - 77 * i)];
        var output = bench.Output<float>(c.Batch, c.Length);
        Run(bench, new(bench.Input(values, c.Batch, c.Length), bench.Input(position, position.Length), output.View, 3, c.Rate),
            () => Verify.Same(DropoutReference.Compute(values, position, 3, c.Rate), output.Result));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Dropout_InPlace_GivesTheBitsOfTheReference(string device, (int Batch, int Length, float Rate) c)
    {
        using var bench = new Bench(device);
        var values = Draw.Normals(2, c.Batch * c.Length);
        int[] position = [.. Header, .. Enumerable.Range(0, c.Batch)];
        var tensor = bench.InOut(values, c.Batch, c.Length);
        Run(bench, new(tensor.View, bench.Input(position, position.Length), tensor.View, 0, c.Rate),
            () => Verify.Same(DropoutReference.Compute(values, position, 0, c.Rate), tensor.Result));
    }

    [Theory, InlineData(0.25f), InlineData(0.5f)]
    public void Reference_ManyElements_DropsTheirShare(float rate)
    {
        const int count = 200_000;
        var ones = Enumerable.Repeat(1f, count).ToArray();
        var output = DropoutReference.Compute(ones, [.. Header, 1], 0, rate);
        // Five standard errors of a share.
        Assert.Equal(rate, output.Count(y => y == 0) / (double)count, 5 * Math.Sqrt(rate * (1 - rate) / count));
        Assert.All(output, y => Assert.True(y is 0 || y == 1 / (1 - rate)));
    }
}
