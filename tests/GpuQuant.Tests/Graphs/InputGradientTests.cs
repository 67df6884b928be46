using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Graphs;

/// <summary>Programs for the gradient of the samples, against central differences of the loss of <see cref="DoubleNet"/> in evaluation.</summary>
public class InputGradientTests
{
    private const int Batch = 3, Classes = 4;
    private const double Step = 1e-5, LeastMargin = 1e-3;
    private static readonly int[] Labels = [2, 0, 3];

    private static readonly Dictionary<string, Graph> Nets = new()
    {
        ["grey"] = TestModels.Build(new Shape(8, 6, 1), (b, x) =>
        {
            var y = b.MaxPool(b.Relu(b.Conv2D(x, 3, kernel: 5)), 2);
            return b.Dense(b.Relu(b.Dense(b.Flatten(y), 7)), Classes);
        }),
        ["residual"] = TestModels.Build(new Shape(6, 6, 3), (b, x) =>
        {
            var start = b.Relu(b.BatchNorm(b.Conv2D(x, 4, kernel: 3, stride: 2)));
            var branch = b.Dropout(b.Conv2D(b.Relu(b.BatchNorm(start)), 4, kernel: 3), 0.5f);
            return b.Dense(b.Flatten(b.Concat([b.Add(start, branch), start])), Classes);
        }),
        ["growing"] = TestModels.Build(new Shape(4, 4, 3), (b, x) =>
        {
            var y = b.Concat([x, b.Conv2D(b.Relu(b.BatchNorm(x)), 2, kernel: 3, hasBias: false)]);
            y = b.Concat([y, b.Conv2D(b.Relu(b.BatchNorm(y)), 2, kernel: 1, hasBias: false)]);
            return b.Dense(b.GlobalAveragePool(b.Relu(b.BatchNorm(y))), Classes);
        }),
        ["recurrent"] = TestModels.Build(new Shape(5, 3), (b, x) =>
            b.Dense(b.Add(b.Lstm(b.SpatialDropout(x, 0.5f), 4, 0.5f), b.Gru(x, 4, 0.5f)), Classes)),
        ["sigmoids"] = TestModels.Build(new Shape(6), (b, x) => b.Activate(b.Dense(x, Classes), Activation.Sigmoid)),
        ["folded"] = TestModels.Build(new Shape(5, 5, 2), (b, x) =>
        {
            var folded = new FoldedConv2DOp(new Conv2DOp(4, 3, 1, Padding.Same), new BatchNormOp(1e-3f, 0.99f, Activation.Relu));
            return b.Dense(b.Flatten(b.Add(new FakeQuantizeOp(20), [b.Add(folded, [x])])), Classes);
        }),
    };

    public static TheoryData<string> Names => [.. Nets.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_OfTheLossInTheSamples_IsThatOfFiniteDifferences(string name)
    {
        var (model, input) = AwayFromKinks(Nets[name]);
        var gradient = Differentiate(model, input, out _);
        var (net, parameters, samples) = (new DoubleNet(model.Graph, Batch, false), model.Parameters.Doubles(), TestModels.Doubles(input));
        var greatest = gradient.Max(Math.Abs);
        Assert.True(greatest > 1e-3, "were everything zero, nothing would have been tested");
        for (var i = 0; i < samples.Length; i++)
        {
            var value = samples[i];
            samples[i] = value + Step;
            var above = net.Loss(parameters, samples, Labels);
            samples[i] = value - Step;
            var expected = (above - net.Loss(parameters, samples, Labels)) / (2 * Step);
            samples[i] = value;
            // Sums of at most some 100 products through three layers; steps of 20 bits are 1e-6 of their ranges.
            Assert.Equal(expected, gradient[i], 1e-4 * greatest);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Calls_OfSuchAProgram_ComputeNoParametersGradientAndChangeNoParameter(string name)
    {
        var (model, input) = AwayFromKinks(Nets[name]);
        Differentiate(model, input, out var calls);
        Assert.DoesNotContain(calls, call =>
            call is Conv2DBackwardWeightsCall or ReduceRowsCall or BatchNormBackwardCall or BatchNormFoldBackwardCall or DropoutCall);
    }

    [Fact]
    public void Residual_ByEvaluation_IsFusedAsThere()
    {
        var (model, input) = AwayFromKinks(Nets["residual"]);
        Differentiate(model, input, out var calls);
        Assert.Contains(calls, call => call is Conv2DForwardCall { Scale: not null });
    }

    [Fact]
    public void Net_WithoutAGradient_SaysSo()
    {
        using var backend = new CpuBackend(1);
        var quantized = Catalog.Get<IQuantizer>("quantizer", "tflite8").Quantize(
            Model.Initialize(new Lenet1().Build(new Shape(28, 28, 1), 10), 1),
            new(backend, Glyphs.Training(20), GpuQuant.Data.Preprocessing.UnitRange));
        using var parameters = new DeviceParameters(backend, quantized);
        Assert.Contains("has no gradient; such a model can be evaluated, not trained", Assert.Throws<UsageException>(() =>
            GraphProgram.ForInputGradient(quantized.Graph, parameters, backend, 2, new SoftmaxCrossEntropyLoss())).Message);
    }

    private static float[] Differentiate(Model model, float[] input, out IReadOnlyList<KernelCall> calls)
    {
        using var backend = new CpuBackend(2);
        using var parameters = new DeviceParameters(backend, model);
        using var program = GraphProgram.ForInputGradient(model.Graph, parameters, backend, Batch, Loss.For(model.Graph));
        backend.Upload(MemoryMarshal.AsBytes<float>(TestModels.OneHot(Labels, Classes)), program.Targets!);
        TestModels.RunOnce<float>(backend, program, input);
        calls = [.. program.Calls.Select(entry => entry.Call)];
        foreach (var (name, tensor) in parameters.Download())
            Assert.True(tensor.Bytes.SequenceEqual(model.Parameters[name].Bytes), $"{name} changed");
        return TestModels.Fetch<float>(backend, program.InputGradient!);
    }

    private static (Model Model, float[] Input) AwayFromKinks(Graph graph)
    {
        for (ulong seed = 1; seed < 200; seed++)
        {
            var model = WithRanges(TestModels.Random(graph, seed));
            var input = Draw.Normals(seed, Batch * (int)graph.Input.Output.Shape.Count);
            var net = new DoubleNet(graph, Batch, false);
            net.Loss(model.Parameters.Doubles(), TestModels.Doubles(input), Labels);
            if (net.Margin > LeastMargin)
                return (model, input);
        }
        throw new InvalidOperationException("No draw keeps away from kinks: use fewer values or wider draws.");
    }

    /// <summary>Fake-quantizers that have seen values up to 50.</summary>
    private static Model WithRanges(Model model) => model with
    {
        Parameters = new ParameterSet(model.Parameters.Select(p => KeyValuePair.Create(p.Key,
            p.Key.EndsWith("/range", StringComparison.Ordinal) ? Tensor.From<float>([-50f, 50], new Shape(2)) : p.Value))),
    };
}
