using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Graphs;

/// <summary>Where the statistics of a batch normalization come from: the convolution before it, or a call of their own.</summary>
public class FusedMomentsTests
{
    [Fact]
    public void Plan_BatchNormAfterAConvolution_TakesItsMoments() =>
        Assert.Equal((1, 0), Count((b, x) => b.Relu(b.BatchNorm(b.Conv2D(x, 3, kernel: 3)))));

    [Fact]
    public void Plan_TwoBatchNormsOfOneConvolution_ShareItsMoments() => Assert.Equal((1, 0), Count((b, x) =>
    {
        var convolved = b.Conv2D(x, 3, kernel: 3);
        return b.Add(b.BatchNorm(convolved), b.BatchNorm(convolved));
    }));

    [Fact]
    public void Plan_BatchNormAfterAnActivation_MeasuresIt() =>
        Assert.Equal((0, 1), Count((b, x) => b.BatchNorm(b.Relu(b.Conv2D(x, 3, kernel: 3)))));

    [Fact]
    public void Plan_BatchNormAfterASum_MeasuresIt() => Assert.Equal((0, 1), Count((b, x) =>
        b.BatchNorm(b.Add(b.Conv2D(x, 3, kernel: 3), b.Conv2D(x, 3, kernel: 1)))));

    /// <summary>Of three parts, the pooled one is measured; the growing wholes never are.</summary>
    [Fact]
    public void Plan_BatchNormsOfConcatenations_TakeThePartsMoments() => Assert.Equal((2, 1), Count((b, x) =>
    {
        var pooled = b.MaxPool(x, 2);
        var pair = b.Concat([pooled, b.Conv2D(b.BatchNorm(pooled), 3, kernel: 3)]);
        return b.BatchNorm(b.Concat([pair, b.Conv2D(b.BatchNorm(pair), 3, kernel: 3)]));
    }));

    [Fact]
    public void Plan_Inference_NeedsNoMoments()
    {
        var graph = Graph((b, x) => b.BatchNorm(b.Conv2D(x, 3, kernel: 3)));
        using var backend = new CpuBackend(1);
        using var parameters = new DeviceParameters(backend, TestModels.Random(graph, 1));
        using var program = GraphProgram.ForInference(graph, parameters, backend, 2);
        Assert.Equal((0, 0), Count(program));
    }

    private static (int Fused, int Apart) Count(Func<GraphBuilder, Node, Node> layers)
    {
        var graph = Graph(layers);
        using var backend = new CpuBackend(1);
        using var parameters = new DeviceParameters(backend, TestModels.Random(graph, 1), withGradients: true);
        using var program = GraphProgram.ForTraining(graph, parameters, backend, 2, new SoftmaxCrossEntropyLoss(), []);
        return Count(program);
    }

    private static Graph Graph(Func<GraphBuilder, Node, Node> layers) =>
        TestModels.Build(new Shape(4, 4, 2), (b, x) => b.Dense(b.Flatten(layers(b, x)), 3));

    private static (int Fused, int Apart) Count(GraphProgram program) => (
        program.Calls.Count(entry => entry.Call is Conv2DForwardCall { Moments: not null }),
        program.Calls.Count(entry => entry.Call is MomentsCall));
}
