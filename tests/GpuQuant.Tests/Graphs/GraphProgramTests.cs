using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Graphs;

/// <summary>Compiled programs: the same results whatever the memory plan, the run, the number of threads.</summary>
public class GraphProgramTests
{
    private static readonly int[] Labels = [3, 1, 4, 1, 5, 9, 2];

    private static readonly Graph Lenet = new Lenet5().Build(new Shape(28, 28, 1), 10);

    private static readonly Graph Residual = TestModels.Build(new Shape(28, 28, 1), (b, x) =>
    {
        var start = b.Conv2D(x, 4, kernel: 3, stride: 2);
        var y = b.Dropout(b.Conv2D(b.Relu(b.BatchNorm(start)), 4, kernel: 3), 0.5f);
        y = b.MaxPool(b.Add(y, start), 3, stride: 2, padding: Padding.Same);
        return b.Softmax(b.Dense(b.Flatten(b.Add(y, b.Conv2D(y, 4, kernel: 1))), 10));
    });

    public static TheoryData<bool> Nets => [true, false];

    [Theory]
    [MemberData(nameof(Nets))]
    public void TrainingStep_InTheArena_GivesTheBitsOfSeparateMemory(bool residual)
    {
        var model = TestModels.Random(residual ? Residual : Lenet, 1, 0.2);
        var input = Draw.Normals(2, Labels.Length * 784);
        using var backend = new CpuBackend(2);
        var (_, _, gradients) = TestModels.Differentiate(backend, model, input, Labels);
        var apart = SeparateMemory.Gradients(backend, model, input, Labels);
        Assert.Equal(apart.Keys, gradients.Keys);
        foreach (var (name, gradient) in gradients)
            Assert.True(apart[name].AsSpan().SequenceEqual(gradient), name);
        Assert.All(gradients.Values, gradient => Assert.Contains(gradient, g => g != 0));
    }

    [Theory]
    [MemberData(nameof(Nets))]
    public void Run_OverGarbageInTheArena_GivesTheSameBits(bool residual)
    {
        var model = TestModels.Random(residual ? Residual : Lenet, 1, 0.2);
        var input = Draw.Normals(2, Labels.Length * 784);
        using var backend = new CpuBackend(2);
        using var parameters = new DeviceParameters(backend, model, withGradients: true);
        using var program = GraphProgram.ForTraining(model.Graph, parameters, backend, Labels.Length, new SoftmaxCrossEntropyLoss(), []);
        Upload(backend, program);
        TestModels.RunOnce<float>(backend, program, input);
        var first = TestModels.Fetch<float>(backend, parameters.Gradients!);
        Poison(backend, program);
        Upload(backend, program);
        TestModels.RunOnce<float>(backend, program, input);
        Assert.Equal(first, TestModels.Fetch<float>(backend, parameters.Gradients!));
        Assert.DoesNotContain(first, float.IsNaN);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void TrainingStep_OnOtherNumbersOfThreads_GivesTheSameBits(int threads)
    {
        var model = TestModels.Random(Lenet, 1, 0.2);
        var input = Draw.Normals(2, Labels.Length * 784);
        using var two = new CpuBackend(2);
        using var other = new CpuBackend(threads);
        var expected = TestModels.Differentiate(two, model, input, Labels);
        var actual = TestModels.Differentiate(other, model, input, Labels);
        Assert.Equal((expected.Loss, expected.Correct), (actual.Loss, actual.Correct));
        foreach (var (name, gradient) in expected.Gradients)
            Assert.True(gradient.AsSpan().SequenceEqual(actual.Gradients[name]), name);
        Assert.Equal(TestModels.Infer<float>(two, model, input, Labels.Length),
            TestModels.Infer<float>(other, model, input, Labels.Length));
    }

    [Fact]
    public void Inference_OfLenet5_IsThatOfTheDefinition()
    {
        var model = TestModels.Random(Lenet, 1, 0.2);
        var input = Draw.Normals(2, 2 * 784);
        using var backend = new CpuBackend(2);
        var expected = new DoubleNet(Lenet, 2, isTraining: false).Run(model.Parameters.Doubles(), TestModels.Doubles(input));
        var actual = TestModels.Infer<float>(backend, model, input, 2);
        // Probabilities from logits of up to about 30, each a sum of 784 products: 1e-5 relative.
        Assert.Equal(expected, TestModels.Doubles(actual), (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Fact]
    public void Inference_OfDropout_IsTheIdentity()
    {
        var net = TestModels.Build(new Shape(6), (b, x) => b.Dropout(x, 0.5f));
        var input = Draw.Normals(2, 2 * 6);
        using var backend = new CpuBackend(1);
        using var parameters = new DeviceParameters(backend, TestModels.Random(net, 1));
        using var program = GraphProgram.ForInference(net, parameters, backend, 2);
        Assert.Empty(program.Calls);
        Assert.Null(program.RandomPosition);
        Assert.Equal(input, TestModels.RunOnce<float>(backend, program, input));
    }

    [Fact]
    public void Statistics_OfATrainingStep_AreTheSummedLossAndTheCorrectSamples()
    {
        var model = TestModels.Random(Lenet, 1, 0.05);
        var input = Draw.Normals(2, Labels.Length * 784);
        using var backend = new CpuBackend(2);
        var (loss, correct, _) = TestModels.Differentiate(backend, model, input, Labels);
        var probabilities = TestModels.Infer<float>(backend, model, input, Labels.Length);
        Assert.Equal(Labels.Select((label, i) => -Math.Log(probabilities[i * 10 + label])).Sum(), loss, 1e-4);
        Assert.Equal(Labels.Where((label, i) => Scores.FirstMaximum(probabilities.AsSpan(i * 10, 10)) == label).Count(), correct);
    }

    private static void Upload(CpuBackend backend, GraphProgram program)
    {
        backend.Upload(MemoryMarshal.AsBytes<float>(TestModels.OneHot(Labels, 10)), program.Targets!);
        if (program.RandomPosition is { } position)
            backend.Upload(MemoryMarshal.AsBytes<int>(TestModels.RandomPosition(Labels.Length)), position);
    }

    private static void Poison(CpuBackend backend, GraphProgram program)
    {
        var everything = new Storage("poison", program.ArenaBytes);
        everything.Place(program.Input.Storage.Memory, 0);
        var garbage = new byte[program.ArenaBytes];
        Array.Fill(garbage, (byte)0xFF); // NaNs
        backend.Upload(garbage, new TensorView(everything, DType.UInt8, new Shape(garbage.Length)));
    }
}
