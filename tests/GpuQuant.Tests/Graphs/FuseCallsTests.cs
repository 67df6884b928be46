using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Graphs;

public sealed class FuseCallsTests
{
    [Fact]
    public void Apply_ConvolutionNormalizationRelu_BecomesOneConvolution()
    {
        using var backend = new CpuBackend(1);
        var b = new GraphBuilder();
        var x = b.Input(new Shape(6, 6, 3));
        x = b.Relu(b.BatchNorm(b.Conv2D(x, 5, 3)));
        var calls = Calls(backend, b.Build(b.Softmax(b.Dense(b.GlobalAveragePool(x), 4))));
        var convolution = Assert.Single(calls.OfType<Conv2DForwardCall>());
        Assert.Equal(Activation.Relu, convolution.Activation);
        Assert.NotNull(convolution.Scale);
        Assert.DoesNotContain(calls, call => call is BatchNormInferenceCall);
    }

    [Fact]
    public void Apply_BlockWithProjection_AddsInTheLaterConvolution()
    {
        using var backend = new CpuBackend(1);
        var b = new GraphBuilder();
        var x = b.Input(new Shape(6, 6, 3));
        var main = b.Conv2D(x, 5, 3, name: "main");
        var sum = b.Add(main, b.Conv2D(x, 5, 1, name: "projection"));
        var calls = Calls(backend, b.Build(b.Softmax(b.Dense(b.GlobalAveragePool(sum), 4))));
        Assert.DoesNotContain(calls, call => call is BinaryCall);
        Assert.Equal([null, "main"], calls.OfType<Conv2DForwardCall>().Select(call => call.Residual?.Storage.Name));
    }

    [Fact]
    public void Apply_ValueThatOthersUse_IsStillWritten()
    {
        using var backend = new CpuBackend(1);
        var b = new GraphBuilder();
        var x = b.Conv2D(b.Input(new Shape(6, 6, 3)), 5, 3);
        var sum = b.Add(x, b.Relu(b.BatchNorm(x)));
        var calls = Calls(backend, b.Build(b.Softmax(b.Dense(b.GlobalAveragePool(sum), 4))));
        Assert.Single(calls.OfType<BatchNormInferenceCall>());
        Assert.Single(calls.OfType<BinaryCall>());
        Assert.Null(Assert.Single(calls.OfType<Conv2DForwardCall>()).Residual);
    }

    private static KernelCall[] Calls(Backend backend, Graph graph)
    {
        using var parameters = new DeviceParameters(backend, Model.Initialize(graph, 0));
        using var program = GraphProgram.ForInference(graph, parameters, backend, 2);
        return [.. program.Calls.Select(entry => entry.Call)];
    }
}
