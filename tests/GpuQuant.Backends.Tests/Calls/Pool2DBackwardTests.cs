namespace GpuQuant.Backends.Tests.Calls;

public sealed class Pool2DBackwardTests : ConformanceTests<Pool2DBackwardCall>
{
    // The pixels of the first 2x2 window of an image 4 pixels wide.
    private static readonly int[] FirstWindow = [0, 1, 4, 5];

    public static TheoryData<string, PoolCases> Cases => TestDevices.Times(PoolCases.All);

    [Theory, MemberData(nameof(Cases))]
    public void Pool2DBackward_DistinctValues_MatchesReference(string device, PoolCases c) =>
        Check(device, c, Draw.Normals(1, c.InputCount));

    /// <summary>As after a relu: many zeros, so that most windows have several maxima.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Pool2DBackward_EqualMaxima_FirstOneGetsTheGradient(string device, PoolCases c) =>
        Check(device, c, [.. Draw.Integers(1, c.InputCount, 0, 2).Select(x => (float)x)]);

    /// <summary>The step back through the activation that made the input: as if its gradient were taken afterwards.</summary>
    [Theory, MemberData(nameof(MaxCasesAndActivations))]
    public void Pool2DBackward_WithActivation_MatchesReference(string device, (PoolCases Pool, Activation Activation) c) => Check(
        device, c.Pool, [.. Draw.Normals(1, c.Pool.InputCount, 3).Select(x =>
            (float)ActivationForwardReference.Apply(c.Activation, x).Value)], c.Activation);

    /// <summary>A maximum that is NaN equals none of the inputs: the gradient goes to the window's first.</summary>
    [Theory, MemberData(nameof(ChannelCounts))]
    public void Pool2DBackward_NaNInAWindow_FirstCellGetsTheGradient(string device, int channels)
    {
        using var bench = new Bench(device);
        int[] inputShape = [1, 2, 4, channels], outputShape = [1, 1, 2, channels];
        var input = Draw.Normals(1, 8 * channels, 1, 5);
        input[5 * channels] = float.NaN; // second row, second column: the last cell of the first window
        var gradient = Draw.Normals(2, 2 * channels);
        var output = Pool2DForwardReference.Compute(PoolKind.Max, input, Window2D.Valid(2, 4, 2, 2), 1, channels)
            .Select(y => (float)y.Value).ToArray();
        var result = bench.Output<float>(inputShape);
        var call = new Pool2DBackwardCall(
            PoolKind.Max, bench.Input(input, inputShape), bench.Input(output, outputShape), bench.Input(gradient, outputShape),
            result.View, Window2D.Valid(2, 4, 2, 2));
        Run(bench, call, () => Verify.Same(
            [gradient[0], 0, 0, 0], [.. FirstWindow.Select(pixel => result.Result[pixel * channels])]));
    }

    [Fact]
    public void Pool2DBackward_AverageWithActivation_IsRefused()
    {
        using var bench = new Bench("cpu");
        var (input, output) = (bench.Input(new float[4], 1, 2, 2, 1), bench.Input(new float[1], 1, 1, 1, 1));
        var call = new Pool2DBackwardCall(PoolKind.Average, input, output, output, input, Window2D.Valid(2, 2, 2, 2));
        var error = Assert.Throws<UsageException>(() => call with { Activation = Activation.Relu });
        Assert.Contains("only that of max pooling", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, int> ChannelCounts => TestDevices.Times([1, 6, 16, 17]);

    public static TheoryData<string, (PoolCases Pool, Activation Activation)> MaxCasesAndActivations => TestDevices.Times(
        from pool in PoolCases.All
        where pool.Kind == PoolKind.Max
        from activation in Enum.GetValues<Activation>()
        select (pool, activation));

    private static void Check(string device, PoolCases c, float[] input, Activation activation = Activation.None)
    {
        using var bench = new Bench(device);
        var outputGradient = Draw.Normals(2, c.OutputCount);
        var output = Pool2DForwardReference.Compute(c.Kind, input, c.Window, c.Images, c.Channels).Select(y => (float)y.Value).ToArray();
        var result = bench.Output<float>(c.InputShape);
        var call = new Pool2DBackwardCall(
            c.Kind, bench.Input(input, c.InputShape), bench.Input(output, c.OutputShape), bench.Input(outputGradient, c.OutputShape),
            result.View, c.Window)
        { Activation = activation };
        var expected = Pool2DBackwardReference.Compute(c.Kind, input, outputGradient, c.Window, c.Images, c.Channels, activation);
        Run(bench, call, () => Verify.Close(expected, result.Result));
    }
}
