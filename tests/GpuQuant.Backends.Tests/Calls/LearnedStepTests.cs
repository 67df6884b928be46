namespace GpuQuant.Backends.Tests.Calls;

public sealed class LearnedStepTests : ConformanceTests<LearnedStepCall>
{
    /// <summary>Ways to start, rows, values per row, integers.</summary>
    public static TheoryData<string, (StepStart Start, int Rows, int Length, int Minimum, int Maximum)> Cases =>
        TestDevices.Times<(StepStart, int, int, int, int)>(
        [
            (StepStart.MeanMagnitude, 1, 1, -8, 7), (StepStart.MeanMagnitude, 5, 67, -7, 7), (StepStart.MeanMagnitude, 1, 1009, 0, 15),
            (StepStart.ThreeDeviations, 1, 600, -127, 127), (StepStart.ThreeDeviations, 3, 27, -1, 1),
            (StepStart.LeastToGreatest, 1, 333, -8, 7), (StepStart.Greatest, 1, 333, 0, 15),
        ]);

    public static TheoryData<string> DeviceNames => [.. TestDevices.Names];

    [Theory, MemberData(nameof(Cases))]
    public void LearnedStep_Unset_StartsFromTheValues(
        string device, (StepStart Start, int Rows, int Length, int Minimum, int Maximum) c)
    {
        using var bench = new Bench(device);
        var input = Draw.Normals(5, c.Rows * c.Length, 0.7, 0.3);
        var (steps, offset) = (bench.InOut(new float[c.Rows], c.Rows), bench.InOut(new float[1], 1));
        var (scales, zeroPoints) = (bench.Output<float>(c.Rows), bench.Output<int>(c.Rows));
        var hasOffset = c.Start == StepStart.LeastToGreatest;
        var call = new LearnedStepCall(bench.Input(input, input.Length), steps.View, hasOffset ? offset.View : null, scales.View,
            zeroPoints.View, c.Start, c.Minimum, c.Maximum);
        var expected = input.Chunk(c.Length).Select(row => LearnedStepReference.First(row, c.Start, c.Minimum, c.Maximum)).ToArray();
        Run(bench, call, () =>
        {
            // Sums of float32 squares and magnitudes: a few hundred roundings at most.
            Verify.Close([.. expected.Select(e => new Approx(e.Step, 3e-5 * e.Step))], steps.Result);
            if (hasOffset)
                Assert.Equal(expected[0].Offset, offset.Result[0], 1e-5);
            for (var row = 0; row < c.Rows; row++)
            {
                var (scale, zeroPoint) = LearnedStepReference.Parameters(
                    steps.Result[row], hasOffset ? offset.Result[0] : 0, c.Start, c.Minimum, c.Maximum);
                Assert.Equal(scale, scales.Result[row]);
                Assert.Equal(zeroPoint, zeroPoints.Result[row]);
            }
        });
    }

    /// <summary>
    /// A negative step is reflected, a set one stays, one of 0 starts: 2 * 3 / sqrt(4) = 3. Values of 0 leave it unset, with scale 1.
    /// </summary>
    [Theory, MemberData(nameof(DeviceNames))]
    public void LearnedStep_InTraining_IsReflectedKeptOrStarted(string device)
    {
        using var bench = new Bench(device);
        var (steps, scales, zeroPoints) = (bench.InOut([-0.5f, 0.25f, 0, 1e-39f], 4), bench.Output<float>(4), bench.Output<int>(4));
        var call = new LearnedStepCall(bench.Input([1f, 2, 1, 2, -3, 3, 0, 0], 8), steps.View, null, scales.View, zeroPoints.View,
            StepStart.MeanMagnitude, -4, 4);
        Run(bench, call, () =>
        {
            Verify.Same([0.5f, 0.25f, 3, 0], steps.Result);
            Verify.Same([0.5f, 0.25f, 3, 1], scales.Result);
            Verify.Same(new int[4], zeroPoints.Result);
        });
    }

    /// <summary>Evaluation changes nothing: -0.5 and offset 1.2 mean scale 0.5, zero point -2 (-2.4); an end of 3 over 15 means 0.2.</summary>
    [Theory, MemberData(nameof(DeviceNames))]
    public void LearnedStep_InEvaluation_OnlyGivesScaleAndZeroPoint(string device)
    {
        using var bench = new Bench(device);
        var (scale, zeroPoint) = (bench.Output<float>(1), bench.Output<int>(1));
        Run(bench, new LearnedStepCall(null, bench.Input([-0.5f], 1), bench.Input([1.2f], 1), scale.View, zeroPoint.View,
            StepStart.LeastToGreatest, -8, 7), () =>
        {
            Verify.Same([0.5f], scale.Result);
            Verify.Same([-2], zeroPoint.Result);
        });
        using var other = new Bench(device);
        var (end, none) = (other.Output<float>(1), other.Output<int>(1));
        Run(other, new LearnedStepCall(null, other.Input([3f], 1), null, end.View, none.View, StepStart.Greatest, 0, 15), () =>
        {
            Verify.Same([0.2f], end.Result);
            Verify.Same([0], none.Result);
        });
    }
}
