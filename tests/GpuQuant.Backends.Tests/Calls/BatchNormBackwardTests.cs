namespace GpuQuant.Backends.Tests.Calls;

public sealed class BatchNormBackwardTests : ConformanceTests<BatchNormBackwardCall>
{
    public static TheoryData<string, (int Rows, int Channels)> Sizes => TestDevices.Times([(1, 1), (2, 3), (67, 17), (1031, 5), (13, 130)]);

    [Theory, MemberData(nameof(Sizes))]
    public void BatchNormBackward_AnySize_MatchesReference(string device, (int Rows, int Channels) size)
    {
        var (rows, channels) = size;
        using var bench = new Bench(device);
        var (input, outputGradient) = (Draw.Normals(1, rows * channels, 2, 0.5), Draw.Normals(2, rows * channels));
        var (gamma, mean, inverse) = (Draw.Normals(3, channels), Draw.Normals(4, channels, 0.1, 0.5), Draw.Normals(5, channels, 0.1, 0.5));
        var result = bench.Output<float>(rows, channels);
        var (gammaGradient, betaGradient) = (bench.Output<float>(channels), bench.Output<float>(channels));
        var call = new BatchNormBackwardCall(
            bench.Input(input, rows, channels), bench.Input(gamma, channels), bench.Input(mean, channels), bench.Input(inverse, channels),
            bench.Input(outputGradient, rows, channels), result.View, gammaGradient.View, betaGradient.View);
        var expected = Enumerable.Range(0, channels).Select(c => BatchNormBackwardReference.Compute(
            Columns.Take(input, channels, c), Columns.Take(outputGradient, channels, c), gamma[c], mean[c], inverse[c])).ToArray();
        Run(bench, call, () =>
        {
            Verify.Close([.. expected.Select(e => e.GammaGradient)], gammaGradient.Result);
            Verify.Close([.. expected.Select(e => e.BetaGradient)], betaGradient.Result);
            Verify.Close(Columns.Join(expected.Select(e => e.InputGradient)), result.Result);
        });
    }
}
