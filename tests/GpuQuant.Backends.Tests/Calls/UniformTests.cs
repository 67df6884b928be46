namespace GpuQuant.Backends.Tests.Calls;

public sealed class UniformTests : ConformanceTests<UniformCall>
{
    private static readonly int[] Header = [unchecked((int)0xA4093822), 0x299F31D0, 7];

    public static TheoryData<string, (int Batch, int Length)> Cases =>
        TestDevices.Times([(1, 1), (5, 7), (3, 32), (4, 33), (2, 1003)]);

    [Theory, MemberData(nameof(Cases))]
    public void Uniform_AnyShape_GivesTheBitsOfTheReference(string device, (int Batch, int Length) c)
    {
        using var bench = new Bench(device);
        int[] position = [.. Header, .. Enumerable.Range(0, c.Batch).Select(i => 50_000 - 77 * i)];
        var output = bench.Output<float>(c.Batch, c.Length);
        Run(bench, new(output.View, bench.Input(position, position.Length), RandomPurpose.AttackStart),
            () => Verify.Same(UniformReference.Compute(position, c.Length, RandomPurpose.AttackStart), output.Result));
    }

    [Fact]
    public void Reference_ManyElements_HasMeanAndVarianceOfTheUniform()
    {
        const int count = 200_000;
        var draws = UniformReference.Compute([.. Header, 1], count, RandomPurpose.Noise);
        Assert.All(draws, u => Assert.InRange(u, -1, 1 - 1f / (1 << 23)));
        // Variance 1/3; that of u^2 is 1/5 - 1/9 = 4/45. Five standard errors each.
        Assert.Equal(0, draws.Average(), 5 * Math.Sqrt(1 / 3.0 / count));
        Assert.Equal(1 / 3.0, draws.Average(u => (double)u * u), 5 * Math.Sqrt(4 / 45.0 / count));
    }
}
