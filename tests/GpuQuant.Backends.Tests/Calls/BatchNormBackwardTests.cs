namespace GpuQuant.Backends.Tests.Calls;

public sealed class BatchNormBackwardTests : ConformanceTests<BatchNormBackwardCall>
{
    private const float Scale = 0.01f;

    public static TheoryData<string, (int Rows, int Channels, Activation Activation)> LongerRows =>
        TestDevices.Times<(int, int, Activation)>([(2, 3, Activation.Relu), (131, 16, Activation.Relu), (13, 130, Activation.Relu6)]);

    public static TheoryData<string, (int Rows, int Channels, Activation Activation)> Cases => TestDevices.Times<(int, int, Activation)>(
    [
        (1, 1, Activation.None), (2, 3, Activation.Relu), (67, 17, Activation.None), (67, 17, Activation.Relu),
        (4031, 5, Activation.Relu), (2031, 16, Activation.None), (2031, 16, Activation.Relu), (13, 130, Activation.Relu6),
        (29, 33, Activation.Tanh), (17, 1025, Activation.Sigmoid), (35, 1040, Activation.Relu),
    ]);

    public static TheoryData<string, Activation> Activations => TestDevices.Times(Enum.GetValues<Activation>());

    [Theory, MemberData(nameof(Cases))]
    public void BatchNormBackward_AnySize_MatchesReference(string device, (int Rows, int Channels, Activation Activation) c) =>
        Check(device, c.Rows, c.Channels, c.Activation, true);

    [Theory, MemberData(nameof(LongerRows))]
    public void BatchNormBackward_OfLongerRows_TakesAndGivesTheFirstChannels(
        string device, (int Rows, int Channels, Activation Activation) c)
    {
        Check(device, c.Rows, c.Channels, c.Activation, true, beyond: 7);
        Check(device, c.Rows, c.Channels, c.Activation, true, beyond: 7, adds: true);
        Check(device, c.Rows, c.Channels, c.Activation, true, adds: true);
    }

    [Theory, MemberData(nameof(Activations))]
    public void BatchNormBackward_WithoutInputGradient_GivesThoseOfTheParameters(string device, Activation activation) =>
        Check(device, 67, 6, activation, false);

    /// <summary>Beyond the ends of the range, -0.685 or none and 2.555 or 1.875, nothing passes.</summary>
    [Theory, MemberData(nameof(Activations))]
    public void BatchNormBackward_WithAQuantizer_StopsAtTheEndsOfItsRange(string device, Activation activation)
    {
        var zeroPoint = activation == Activation.Relu ? -128 : -60;
        Check(device, 67, 17, activation, true, zeroPoint);
        Check(device, 2031, 16, activation, true, zeroPoint);
    }

    [Theory, MemberData(nameof(Activations))]
    public void BatchNormBackward_WithConstantStatistics_ScalesTheGradient(string device, Activation activation)
    {
        Check(device, 67, 17, activation, true, hasConstantStatistics: true);
        Check(device, 67, 17, activation, true, zeroPoint: -60, hasConstantStatistics: true);
    }

    private static void Check(string device, int rows, int channels, Activation activation, bool withInputGradient,
        int? zeroPoint = null, bool hasConstantStatistics = false, int beyond = 0, bool adds = false)
    {
        using var bench = new Bench(device);
        var (gamma, mean, inverse) = (Draw.Normals(3, channels), Draw.Normals(4, channels, 0.1, 0.5), Draw.Normals(5, channels, 0.1, 0.5));
        var beta = Draw.Normals(6, channels);
        double[] kinks = zeroPoint is { } place ? [0, 6, Ends(place).Low, Ends(place).High] : [0, 6];
        var outputGradient = Draw.Normals(2, rows * channels);
        var input = Draw.Normals(1, rows * channels, 2, 0.5)
            .Select((x, i) => (X: x, C: i % channels))
            .Select(at => AwayFromKinks(at.X, gamma[at.C], beta[at.C], mean[at.C], inverse[at.C], kinks)).ToArray();
        var before = Draw.Normals(7, rows * (channels + beyond));
        var result = !withInputGradient ? null
            : beyond > 0 || adds ? bench.InOut(before, rows, channels + beyond) : bench.Output<float>(rows, channels);
        var (gammaGradient, betaGradient) = (bench.Output<float>(channels), bench.Output<float>(channels));
        var call = new BatchNormBackwardCall(
            bench.Input(Columns.Lengthen(input, channels, beyond), rows, channels + beyond), bench.Input(gamma, channels), bench.Input(beta, channels), bench.Input(mean, channels),
            bench.Input(inverse, channels), bench.Input(outputGradient, rows, channels), result?.View, gammaGradient.View,
            betaGradient.View, activation)
        {
            Quantization = zeroPoint is { } integer ? Quantization(bench, integer) : null,
            HasConstantStatistics = hasConstantStatistics,
            AddsInputGradient = adds,
        };
        var expected = Enumerable.Range(0, channels).Select(i => BatchNormBackwardReference.Compute(
            Columns.Take(input, channels, i), Columns.Take(outputGradient, channels, i), gamma[i], beta[i], mean[i], inverse[i],
            activation, zeroPoint is { } integer ? Ends(integer) : null, hasConstantStatistics)).ToArray();
        Run(bench, call, () =>
        {
            Verify.Close([.. expected.Select(e => e.GammaGradient)], gammaGradient.Result);
            Verify.Close([.. expected.Select(e => e.BetaGradient)], betaGradient.Result);
            if (result is null)
                return;
            // What stands beyond the channels stays as it was.
            Verify.Close(Columns.Join(Enumerable.Range(0, channels + beyond).Select(i => Columns.Take(before, channels + beyond, i)
                .Select((old, row) => i >= channels ? (Approx)old : adds ? (Approx)old + expected[i].InputGradient[row]
                    : expected[i].InputGradient[row]).ToArray())), result.Result);
        });
    }

    private static OutputQuantization Quantization(Bench bench, int zeroPoint) =>
        new(bench.Input([0f, 0f], 2), bench.Input([Scale], 1), bench.Input([zeroPoint], 1), 0.9f, -128, 127);

    /// <summary>Half a step beyond the least and the greatest integer.</summary>
    private static (double Low, double High) Ends(int zeroPoint) => ((-128.5 - zeroPoint) * Scale, (127.5 - zeroPoint) * Scale);

    // A relu's gradient jumps at 0, relu6's at 6 too: there a device's rounding may decide, and the reference could not tell.
    private static float AwayFromKinks(float x, float gamma, float beta, float mean, float inverse, double[] kinks)
    {
        while (true)
        {
            var y = BatchNormBackwardReference.Output(x, gamma, beta, mean, inverse, Activation.None).Value;
            if (kinks.All(kink => Math.Abs(y - kink) > 1e-5))
                return x;
            x += 0.01f;
        }
    }
}
