using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Graphs;

/// <summary>Where the step back through a relu is taken: by the max-pooling that follows, or by a call of its own.</summary>
public class FusedPoolGradientTests
{
    [Fact]
    public void Plan_Lenet5_StepsBackThroughItsFirstRelusInThePoolings()
    {
        var calls = Calls(new Lenet5().Build(new Shape(28, 28, 1), 10));
        Assert.Equal(2, calls.Count(call => call is Pool2DBackwardCall { Activation: Activation.Relu }));
        Assert.Equal(2, calls.Count(call => call is ActivationBackwardCall)); // those of the dense layers
    }

    [Fact]
    public void Plan_AveragePooling_LeavesTheReluToItsLayer() =>
        Assert.Equal((0, 1), Count((b, x) => b.AveragePool(b.Relu(b.Conv2D(x, 3, kernel: 3)), 2)));

    [Fact]
    public void Plan_ReluWithASecondConsumer_LeavesTheReluToItsLayer() => Assert.Equal((0, 1), Count((b, x) =>
    {
        var y = b.Relu(b.Conv2D(x, 3, kernel: 3));
        return b.Add(b.MaxPool(y, 2), b.AveragePool(y, 2));
    }));

    [Fact]
    public void Gradient_ThroughAFusedPooling_IsThatOfFiniteDifferences() =>
        GradientCheck.Run(TestModels.Build(new Shape(6, 6, 2), (b, x) => b.Dense(
            b.Flatten(b.MaxPool(b.Relu(b.Conv2D(x, 3, kernel: 3)), 3, 2, Padding.Same)), GradientCheck.Classes)));

    private static (int Fused, int Apart) Count(Func<GraphBuilder, Node, Node> layers)
    {
        var calls = Calls(TestModels.Build(new Shape(4, 4, 2), (b, x) => b.Dense(b.Flatten(layers(b, x)), 3)));
        return (calls.Count(call => call is Pool2DBackwardCall { Activation: not Activation.None }),
            calls.Count(call => call is ActivationBackwardCall));
    }

    private static KernelCall[] Calls(Graph graph)
    {
        using var backend = new CpuBackend(1);
        using var parameters = new DeviceParameters(backend, TestModels.Random(graph, 1), withGradients: true);
        using var program = GraphProgram.ForTraining(graph, parameters, backend, 2, new SoftmaxCrossEntropyLoss(), []);
        return [.. program.Calls.Select(entry => entry.Call)];
    }
}
