namespace GpuQuant.Backends.Tests.Calls;

public sealed class SoftmaxCrossEntropyTests : ConformanceTests<SoftmaxCrossEntropyCall>
{
    public static TheoryData<string, (int Rows, int Columns, float Deviation, float Smoothing)> Cases =>
        TestDevices.Times(
            [(1, 1, 1f, 0f), (67, 10, 3f, 0f), (131, 7, 1000f, 0f), (5, 1009, 1f, 0.1f), (3, 2, 0f, 0f), (257, 17, 30f, 0.5f)]);

    [Theory, MemberData(nameof(Cases))]
    public void SoftmaxCrossEntropy_AnySize_MatchesReference(
        string device, (int Rows, int Columns, float Deviation, float Smoothing) c)
    {
        using var bench = new Bench(device);
        var (logits, targets) = (Draw.Normals(1, c.Rows * c.Columns, c.Deviation, 5), Targets(c.Rows, c.Columns, c.Smoothing));
        var statistics = bench.Output<float>(c.Rows, 2);
        var gradient = bench.Output<float>(c.Rows, c.Columns);
        var call = new SoftmaxCrossEntropyCall(
            bench.Input(logits, c.Rows, c.Columns), bench.Input(targets, c.Rows, c.Columns), statistics.View, gradient.View);
        var expected = logits.Chunk(c.Columns).Zip(targets.Chunk(c.Columns))
            .Select(row => SoftmaxCrossEntropyReference.Compute(row.First, row.Second, c.Rows)).ToArray();
        Run(bench, call, () =>
        {
            Verify.Close([.. expected.SelectMany(row => new[] { row.Loss, row.Correct })], statistics.Result);
            Verify.Close([.. expected.SelectMany(row => row.Gradient)], gradient.Result);
        });
    }

    // One class per row, or two that share it (the second of equal targets must not count as the label); the rest is spread evenly.
    private static float[] Targets(int rows, int columns, float smoothing)
    {
        var targets = Enumerable.Repeat(smoothing / columns, rows * columns).ToArray();
        for (var r = 0; r < rows; r++)
        {
            targets[r * columns + r * 7 % columns] += (1 - smoothing) / 2;
            targets[r * columns + (r % 2 == 0 ? r * 7 : r * 5 + 1) % columns] += (1 - smoothing) / 2;
        }
        return targets;
    }
}
