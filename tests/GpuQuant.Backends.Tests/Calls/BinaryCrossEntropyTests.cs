namespace GpuQuant.Backends.Tests.Calls;

public sealed class BinaryCrossEntropyTests : ConformanceTests<BinaryCrossEntropyCall>
{
    public static TheoryData<string, (int Rows, int Columns, float Deviation)> Cases =>
        TestDevices.Times([(1, 1, 1f), (67, 2, 3f), (131, 7, 30f), (3, 2, 0f), (33, 2, 300f)]);

    public static TheoryData<string> DeviceNames => [.. TestDevices.Names];

    [Theory, MemberData(nameof(Cases))]
    public void BinaryCrossEntropy_AnySize_MatchesReference(string device, (int Rows, int Columns, float Deviation) c)
    {
        using var bench = new Bench(device);
        var (logits, targets) = (Draw.Normals(1, c.Rows * c.Columns, c.Deviation), SequenceCase.Shares(2, c.Rows * c.Columns));
        var (statistics, gradient) = (bench.Output<float>(c.Rows, 2), bench.Output<float>(c.Rows, c.Columns));
        var expected = logits.Chunk(c.Columns).Zip(targets.Chunk(c.Columns))
            .Select(row => BinaryCrossEntropyReference.Compute(row.First, row.Second, c.Rows)).ToArray();
        var call = new BinaryCrossEntropyCall(
            bench.Input(logits, c.Rows, c.Columns), bench.Input(targets, c.Rows, c.Columns), statistics.View, gradient.View);
        Run(bench, call, () =>
        {
            Verify.Close([.. expected.SelectMany(row => new[] { row.Loss, row.Correct })], statistics.Result);
            Verify.Close([.. expected.SelectMany(row => row.Gradient)], gradient.Result);
        });
    }

    // Row 1: logits ln 3, 0 against 1, 0: losses -ln 0.75 and -ln 0.5, mean 0.490415; gradient (0.75 - 1) / 4, (0.5 - 0) / 4.
    // Row 2: logits -200, 200 against 1, 0: losses 200 and 200, nothing overflows; gradient (0 - 1) / 4, (1 - 0) / 4; wrong.
    [Theory, MemberData(nameof(DeviceNames))]
    public void BinaryCrossEntropy_TwoRowsByHand(string device)
    {
        using var bench = new Bench(device);
        var (statistics, gradient) = (bench.Output<float>(2, 2), bench.Output<float>(2, 2));
        var call = new BinaryCrossEntropyCall(bench.Input([(float)Math.Log(3), 0, -200, 200], 2, 2), bench.Input([1f, 0, 1, 0], 2, 2),
            statistics.View, gradient.View);
        Run(bench, call, () =>
        {
            Assert.Equal([0.490415, 1, 200, 0], statistics.Result.Select(v => Math.Round((double)v, 6)));
            Assert.Equal([-0.0625, 0.125, -0.25, 0.25], gradient.Result.Select(v => Math.Round((double)v, 6)));
        });
    }
}
