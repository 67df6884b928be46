using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Graphs;

/// <summary>
/// Compares the gradients of a training program with central differences of the loss, which <see cref="DoubleNet"/> computes in double
/// from the layers' definitions.
/// </summary>
internal static class GradientCheck
{
    public const int Batch = 3, Classes = 4;

    /// <summary>The words of nets for texts.</summary>
    public const int Words = 6;

    // A central difference errs by step^2/6 times the third derivative and by 2^-53 |loss| / step: both about 1e-11 here, far below
    // the float32 rounding that is to be tolerated.
    private const double Step = 1e-5;

    // A step moves no inner value by more than about 10 steps: this far from kinks and ties, none is crossed.
    private const double LeastMargin = 1e-3;

    // Every gradient is a sum of at most some 200 float32 products, whose factors carry the rounding of as many sums before them;
    // the sum of their magnitudes is a small multiple of the tensor's greatest gradient. 1,024 units of 2^-24 cover that.
    private const double Tolerance = 1024.0 / (1 << 24);

    // What remains of a gradient whose terms cancel (a bias before batch normalization): roundings of terms below 1.
    private const double Cancelled = 1e-7;

    /// <summary>Checks every trainable parameter of a graph that ends in logits, and the forward pass beside.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="deviation">Of the parameters.</param>
    /// <param name="cancelled">What may remain of gradients whose terms cancel; a whole net's pass through more roundings.</param>
    public static void Run(Graph graph, double deviation = 0.5, double cancelled = Cancelled)
    {
        var classes = new[] { 2, 0, 3 };
        var (model, input) = AwayFromKinks(graph, classes, deviation);
        using var backend = new CpuBackend(2);
        var (loss, _, gradients) = TestModels.Differentiate(backend, model, input, classes);
        var (net, parameters, samples) = (new DoubleNet(graph, Batch, true), model.Parameters.Doubles(), TestModels.Doubles(input));
        Assert.Equal(net.Loss(parameters, samples, classes) * Batch, loss, 1e-4 * Math.Max(1, loss));
        foreach (var (name, gradient) in gradients)
        {
            var expected = Differences(parameters[name], () => net.Loss(parameters, samples, classes));
            var greatest = expected.Max(Math.Abs);
            for (var i = 0; i < gradient.Length; i++)
                Assert.True(Math.Abs(gradient[i] - expected[i]) <= Tolerance * greatest + cancelled,
                    $"{name}[{i}]: {gradient[i]}, expected {expected[i]} (greatest {greatest})");
            // Were everything zero, nothing would have been tested.
            if (greatest < 1e-6)
                Assert.Contains("bias", name);
        }
    }

    private static double[] Differences(double[] values, Func<double> loss)
    {
        var differences = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            values[i] = value + Step;
            var above = loss();
            values[i] = value - Step;
            differences[i] = (above - loss()) / (2 * Step);
            values[i] = value;
        }
        return differences;
    }

    private static (Model Model, float[] Input) AwayFromKinks(Graph graph, int[] classes, double deviation)
    {
        for (ulong seed = 1; seed < 200; seed++)
        {
            var model = TestModels.Random(graph, seed, deviation);
            var input = Draw.Normals(seed, Batch * (int)graph.Input.Output.Shape.Count, 2 * deviation);
            if (graph.Input.Output.Type == DType.Int32)
                input = Array.ConvertAll(input, value => (float)Math.Min(Words - 1, (int)Math.Abs(4 * value)));
            var net = new DoubleNet(graph, Batch, true);
            net.Loss(model.Parameters.Doubles(), TestModels.Doubles(input), classes);
            if (net.Margin > LeastMargin)
                return (model, input);
        }
        throw new InvalidOperationException("No draw keeps away from kinks: use fewer values or wider draws.");
    }
}
