namespace GpuQuant.Backends.Tests.Calls;

public sealed class LearnedQuantizeBackwardTests : ConformanceTests<LearnedQuantizeBackwardCall>
{
    public static TheoryData<string, LearnedQuantizeCase> Cases => TestDevices.Times(LearnedQuantizeCase.All);

    public static TheoryData<string> DeviceNames => [.. TestDevices.Names];

    [Theory, MemberData(nameof(Cases))]
    public void Backward_AnyRows_MatchesReference(string device, LearnedQuantizeCase c)
    {
        using var bench = new Bench(device);
        var (dx, step) = (bench.Output<float>(c.Count), bench.Output<float>(c.Rows));
        var offset = c.Rows == 1 ? bench.Output<float>(1) : null;
        var call = new LearnedQuantizeBackwardCall(bench.Input(c.Input, c.Count), bench.Input(c.Scales, c.Rows),
            bench.Input(c.ZeroPoints, c.Rows), bench.Input(c.OutputGradient, c.Count), dx.View, step.View, offset?.View, c.Minimum,
            c.Maximum, c.Factor, c.IsEndLearned);
        var expected = LearnedQuantizeBackwardReference.Input(
            c.Input, c.OutputGradient, c.Scales, c.ZeroPoints, c.Minimum, c.Maximum);
        Run(bench, call, () =>
        {
            Verify.Same(expected, dx.Result);
            Verify.Close(LearnedQuantizeBackwardReference.Step(c), step.Result);
            if (offset is not null)
                Verify.Close([LearnedQuantizeBackwardReference.Offset(c)], offset.Result);
        });
    }

    /// <summary>As for weights: the gradient of what was used becomes that of the parameter in its place.</summary>
    [Theory, MemberData(nameof(DeviceNames))]
    public void Backward_InPlace_GivesTheSame(string device)
    {
        using var bench = new Bench(device);
        var c = new LearnedQuantizeCase(5, 77, -7, 7);
        var (gradient, step) = (bench.InOut(c.OutputGradient, c.Count), bench.Output<float>(c.Rows));
        var call = new LearnedQuantizeBackwardCall(bench.Input(c.Input, c.Count), bench.Input(c.Scales, c.Rows),
            bench.Input(c.ZeroPoints, c.Rows), gradient.View, gradient.View, step.View, null, c.Minimum, c.Maximum, c.Factor);
        var expected = LearnedQuantizeBackwardReference.Input(
            c.Input, c.OutputGradient, c.Scales, c.ZeroPoints, c.Minimum, c.Maximum);
        Run(bench, call, () =>
        {
            Verify.Same(expected, gradient.Result);
            Verify.Close(LearnedQuantizeBackwardReference.Step(c), step.Result);
        });
    }

    /// <summary>
    /// By hand, scale 0.5, integers -4..3: 0.7 is 1.4 steps, inside, (1 - 1.4) 1; 9 is above, 3 * 2; -2 is the low end itself, -4 * 3; the
    /// step's gradient is -0.4 + 6 - 12 = -6.4, the offset's 2 + 3.
    /// </summary>
    [Theory, MemberData(nameof(DeviceNames))]
    public void Backward_ByHand(string device)
    {
        using var bench = new Bench(device);
        var (dx, step, offset) = (bench.Output<float>(3), bench.Output<float>(1), bench.Output<float>(1));
        var call = new LearnedQuantizeBackwardCall(bench.Input([0.7f, 9, -2], 3), bench.Input([0.5f], 1), bench.Input([0], 1),
            bench.Input([1f, 2, 3], 3), dx.View, step.View, offset.View, -4, 3);
        Run(bench, call, () =>
        {
            Verify.Same([1f, 0, 0], dx.Result);
            Assert.Equal(-6.4f, step.Result[0], 1e-6f);
            Verify.Same([5f], offset.Result);
        });
    }

    /// <summary>PACT by hand, end 2 (scale 2 / 15): only 2 itself and 5 give their gradients to the end.</summary>
    [Theory, MemberData(nameof(DeviceNames))]
    public void Backward_OfALearnedEnd_ByHand(string device)
    {
        using var bench = new Bench(device);
        var end = bench.Output<float>(1);
        var call = new LearnedQuantizeBackwardCall(bench.Input([-1f, 1.9f, 5, 3], 4), bench.Input([2f / 15], 1), bench.Input([0], 1),
            bench.Input([10f, 20, 30, 4], 4), null, end.View, null, 0, 15, IsEndLearned: true);
        Run(bench, call, () => Verify.Same([34f], end.Result));
    }
}
