using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Graphs;

/// <summary>L2: the gradient of the loss plus l2 times the sum of the weights' squares, against finite differences of that.</summary>
public class RegularizationTests
{
    private const float ConvolutionL2 = 0.03f, DenseL2 = 0.2f;
    private const double Step = 1e-5;
    private static readonly int[] Classes = [2, 0, 3];

    [Fact]
    public void Gradient_WithL2_IsThatOfThePenalizedLoss()
    {
        var model = TestModels.Random(Net(ConvolutionL2, DenseL2), 1);
        var input = Draw.Normals(2, 3 * 60);
        using var backend = new CpuBackend(1);
        var (_, _, gradients) = TestModels.Differentiate(backend, model, input, Classes);
        var (net, parameters, samples) = (new DoubleNet(model.Graph, 3, true), model.Parameters.Doubles(), TestModels.Doubles(input));
        foreach (var (name, gradient) in gradients)
        {
            var values = parameters[name];
            for (var i = 0; i < gradient.Length; i++)
            {
                var value = values[i];
                values[i] = value + Step;
                var above = Penalized();
                values[i] = value - Step;
                var expected = (above - Penalized()) / (2 * Step);
                values[i] = value;
                // Float32 sums of fewer than 200 products of numbers around 1.
                Assert.Equal(expected, gradient[i], 1e-4);
            }
        }

        double Penalized() => net.Loss(parameters, samples, Classes)
            + ConvolutionL2 * parameters["conv1/kernel"].Sum(w => w * w) + DenseL2 * parameters["dense1/kernel"].Sum(w => w * w);
    }

    [Fact]
    public void Program_WithoutL2_HasNoCallForIt()
    {
        Assert.Equal(0, PenaltyCalls(Net(0, 0)));
        Assert.Equal(1, PenaltyCalls(Net(0, 0.1f)));
        Assert.Equal(2, PenaltyCalls(Net(0.1f, 0.1f)));
    }

    [Fact]
    public void StoredGraph_KeepsL2AndLeavesTheInitializerOut()
    {
        var b = new GraphBuilder();
        var graph = b.Build(b.Dense(b.Input(new Shape(3)), 2, initializer: Initializer.HeNormal, l2: 0.25f));
        var json = GraphJson.Write(graph);
        Assert.DoesNotContain("Initializer", json);
        Assert.DoesNotContain("L2", GraphJson.Write(TestModels.Build(new Shape(3), (builder, x) => builder.Dense(x, 2))));
        Assert.Equal(0.25f, GraphJson.Read(json).Parameters.First().Spec.L2);
    }

    private static int PenaltyCalls(Graph graph)
    {
        using var backend = new CpuBackend(1);
        using var parameters = new DeviceParameters(backend, TestModels.Random(graph, 1), withGradients: true);
        using var program = GraphProgram.ForTraining(graph, parameters, backend, 3, new SoftmaxCrossEntropyLoss(), []);
        return program.Calls.Count(entry => entry.Call is ScaledAddCall);
    }

    private static Graph Net(float convolution, float dense) => TestModels.Build(new Shape(5, 4, 3), (b, x) =>
        b.Dense(b.Flatten(b.Activate(b.Conv2D(x, 2, 3, l2: convolution), Activation.Tanh)), 4, l2: dense));
}
