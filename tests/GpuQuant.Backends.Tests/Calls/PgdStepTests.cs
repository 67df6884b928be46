namespace GpuQuant.Backends.Tests.Calls;

public sealed class PgdStepTests : ConformanceTests<PgdStepCall>
{
    public static TheoryData<string, PgdStepCase> Cases => TestDevices.Times(PgdStepCase.All);

    public static TheoryData<string> Devices => [.. TestDevices.Names];

    [Theory, MemberData(nameof(Cases))]
    public void PgdStep_AnyCase_MatchesReferenceAndStaysInBallAndRange(string device, PgdStepCase c)
    {
        using var bench = new Bench(device);
        var count = c.Batch * c.Length;
        var mean = Draw.Normals(1, c.Length, 0.1, 0.4);
        // Some pixels at the ends of the range; small gradients, among them zeros.
        var origin = Draw.Normals(2, count, 0.4, 0.5).Select((p, i) => Math.Clamp(p, 0, 1) - mean[i % c.Length]).ToArray();
        var samples = Draw.Normals(3, count, c.Radius / (c.Norm == AttackNorm.L2 ? 10 : 2)).Zip(origin, (d, x) => x + d).ToArray();
        var gradient = Draw.Normals(4, count, 1e-7).Select((g, i) => i % 5 == 3 ? 0 : g).ToArray();
        var tensor = bench.InOut(samples, c.Batch, c.Length);
        var expected = PgdStepReference.Compute(c, gradient, origin, mean, samples);
        Run(bench, new(bench.Input(gradient, c.Batch, c.Length), bench.Input(origin, c.Batch, c.Length), bench.Input(mean, c.Length),
            tensor.View, c.Norm, c.Step, c.Radius, c.Low, c.High), () =>
        {
            Verify.Close(expected, tensor.Result);
            CheckBounds(c, origin, mean, tensor.Result);
        });
    }

    /// <summary>
    /// No mean, step 0.25, radius 0.375, range 0 to 1. 0.5 + 0.25 = 0.75; 0.75 + 0.25 = 1 is 0.5 from its origin: 0.875; 0.9375 + 0.25
    /// leaves the range: 1; 0.125 - 0.25 too: 0; without a gradient, or where it is no number, nothing moves.
    /// </summary>
    [Theory, MemberData(nameof(Devices))]
    public void PgdStep_AlongTheSign_GivesTheWorkedNumbers(string device)
    {
        using var bench = new Bench(device);
        var samples = bench.InOut([0.5f, 0.75f, 0.9375f, 0.125f, 0.25f, 0.25f], 1, 6);
        Run(bench, new(bench.Input([2f, 1e-30f, 3, -4, 0, float.NaN], 1, 6), bench.Input([0.5f, 0.5f, 0.9375f, 0.125f, 0.25f, 0.25f], 1, 6),
            bench.Input(new float[6], 6), samples.View, AttackNorm.LInfinity, 0.25f, 0.375f, 0, 1),
            () => Verify.Same([0.75f, 0.875f, 1, 0, 0.25f, 0.25f], samples.Result));
    }

    /// <summary>
    /// Gradient [3, 4] 2^-20, |g| = 5 2^-20, step 0.5: a move by [0.3, 0.4] to [0.55, 0.65], 0.5 from the origin [0.25, 0.25]; radius
    /// 0.25 halves that: [0.4, 0.45]. With mean 0.75 the range ends at 0.25: [0.25, 0.25]. A gradient without a length moves nothing.
    /// </summary>
    [Theory, MemberData(nameof(Devices))]
    public void PgdStep_AlongTheGradient_GivesTheWorkedNumbers(string device)
    {
        var slope = 1f / (1 << 20);
        Check([3 * slope, 4 * slope], 0, [0.4f, 0.45f]);
        Check([3 * slope, 4 * slope], 0.75f, [0.25f, 0.25f]);
        Check([0, 0], 0, [0.25f, 0.25f]);
        Check([float.NaN, 1], 0, [0.25f, 0.25f]);
        Check([float.PositiveInfinity, 1], 0, [0.25f, 0.25f]);

        void Check(float[] gradient, float mean, float[] expected)
        {
            using var bench = new Bench(device);
            var samples = bench.InOut([0.25f, 0.25f], 1, 2);
            Run(bench, new(bench.Input(gradient, 1, 2), bench.Input([0.25f, 0.25f], 1, 2), bench.Input([mean, mean], 2), samples.View,
                AttackNorm.L2, 0.5f, 0.25f, 0, 1), () => Verify.Close([.. expected.Select(x => new Approx(x, 2e-7))], samples.Result));
        }
    }

    private static void CheckBounds(PgdStepCase c, float[] origin, float[] mean, float[] samples)
    {
        const double rounding = 1e-6;
        for (var start = 0; start < samples.Length; start += c.Length)
        {
            var changes = Enumerable.Range(start, c.Length).Select(i => (double)samples[i] - origin[i]).ToArray();
            var size = c.Norm == AttackNorm.LInfinity ? changes.Max(Math.Abs) : Math.Sqrt(changes.Sum(d => d * d));
            Assert.InRange(size, 0, c.Radius * (1 + rounding) + rounding);
            for (var i = 0; i < c.Length; i++)
                Assert.InRange(samples[start + i] + (double)mean[i], c.Low - rounding, c.High + rounding);
        }
    }
}
