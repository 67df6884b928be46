using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Graphs;

/// <summary>Batch normalization as a layer: the batch's statistics in training, the running ones in evaluation.</summary>
public class BatchNormTests
{
    private const int Batch = 4, Pixels = 6, Channels = 3;
    private const float Momentum = 0.8f;

    private static readonly string[] Names = ["gamma", "beta", "mean", "variance"];

    private static readonly Graph Graph = TestModels.Build(new Shape(2, 3, Channels),
        (b, x) => b.Dense(b.Flatten(b.BatchNorm(x, momentum: Momentum)), 2));

    [Fact]
    public void Training_EachStep_MovesTheRunningStatisticsTowardsTheBatchs()
    {
        var model = TestModels.Random(Graph, 1);
        using var backend = new CpuBackend(2);
        using var parameters = new DeviceParameters(backend, model, withGradients: true);
        using var program = GraphProgram.ForTraining(Graph, parameters, backend, Batch, new SoftmaxCrossEntropyLoss(), []);
        var (mean, variance) = (Statistic(model.Parameters, "mean"), Statistic(model.Parameters, "variance"));
        for (ulong step = 1; step <= 3; step++)
        {
            var input = Draw.Normals(step, Batch * Pixels * Channels, 2, step);
            TestModels.RunOnce<float>(backend, program, input);
            for (var c = 0; c < Channels; c++)
            {
                var values = TestModels.Doubles(input).Where((_, i) => i % Channels == c).ToArray();
                var average = values.Average();
                mean[c] = Momentum * mean[c] + (1 - (double)Momentum) * average;
                variance[c] = Momentum * variance[c] + (1 - (double)Momentum) * values.Sum(v => (v - average) * (v - average)) / (values.Length - 1);
            }
        }
        var moved = parameters.Download();
        Assert.Equal(mean, Statistic(moved, "mean"), Close);
        Assert.Equal(variance, Statistic(moved, "variance"), Close);
    }

    [Fact]
    public void Inference_OfAnyBatch_UsesTheRunningStatisticsAndKeepsThem()
    {
        var model = TestModels.Random(Graph, 2);
        var input = Draw.Normals(5, Batch * Pixels * Channels, 3);
        using var backend = new CpuBackend(1);
        using var parameters = new DeviceParameters(backend, model);
        using var program = GraphProgram.ForInference(Graph, parameters, backend, Batch);
        var actual = TestModels.RunOnce<float>(backend, program, input);
        var net = new DoubleNet(Graph, Batch, isTraining: false);
        Assert.Equal(net.Run(model.Parameters.Doubles(), TestModels.Doubles(input)), TestModels.Doubles(actual), Close);
        Assert.Equal(Statistic(model.Parameters, "mean"), Statistic(parameters.Download(), "mean"));
    }

    [Fact]
    public void Training_StatisticsOfTheModel_DoNotChangeTheLoss()
    {
        var model = TestModels.Random(Graph, 2);
        var other = model with
        {
            Parameters = model.Parameters.With(
                [KeyValuePair.Create("batch_norm1/mean", Tensor.From<float>([9, 9, 9], new Shape(Channels)))]),
        };
        var input = Draw.Normals(5, Batch * Pixels * Channels, 3);
        using var backend = new CpuBackend(1);
        Assert.Equal(TestModels.Differentiate(backend, model, input, [0, 1, 1, 0]).Loss,
            TestModels.Differentiate(backend, other, input, [0, 1, 1, 0]).Loss);
    }

    [Fact]
    public void Statistics_OfAModel_AreNotTrainable()
    {
        var specs = Graph.Parameters.ToDictionary(p => p.Name, p => p.Spec.Trainable);
        Assert.Equal([true, true, false, false], Names.Select(name => specs[$"batch_norm1/{name}"]));
        var first = Model.Initialize(Graph, 0).Parameters;
        Assert.Equal([1f, 0, 0, 1], Names.Select(name => first[$"batch_norm1/{name}"].Span<float>()[1]));
    }

    private static double[] Statistic(ParameterSet parameters, string name) => parameters.Doubles()[$"batch_norm1/{name}"];

    // A few float32 roundings of values of about 10.
    private static bool Close(double a, double b) => Math.Abs(a - b) < 2e-5;
}
