using System.Globalization;
using System.Text.RegularExpressions;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Tests.Graphs;

/// <summary>What programs take of the device and of the host: known before, nothing while they run.</summary>
[Collection(AloneCollection.Name)]
public class GraphProgramMemoryTests
{
    private static readonly Model Lenet = TestModels.Random(new Lenet5().Build(new Shape(28, 28, 1), 10), 1);

    [Fact]
    public void Run_OfATrainingStep_AllocatesNothing()
    {
        using var backend = new CpuBackend(2);
        using var parameters = new DeviceParameters(backend, Lenet, withGradients: true);
        using var program = GraphProgram.ForTraining(
            Lenet.Graph, parameters, backend, 16, new SoftmaxCrossEntropyLoss(), new Adam().Start(parameters).Calls);
        var allocations = backend.AllocationCount;
        AllocationCheck.AllocatesNothing(program.Run);
        Assert.Equal(allocations, backend.AllocationCount);
    }

    [Fact]
    public void Run_OfAnInference_AllocatesNothing()
    {
        using var backend = new CpuBackend(2);
        using var parameters = new DeviceParameters(backend, Lenet);
        using var program = GraphProgram.ForInference(Lenet.Graph, parameters, backend, 16);
        var allocations = backend.AllocationCount;
        AllocationCheck.AllocatesNothing(program.Run);
        Assert.Equal(allocations, backend.AllocationCount);
    }

    [Fact]
    public void Dispose_OfProgramAndParameters_GivesAllMemoryBack()
    {
        using var backend = new CpuBackend(1);
        using (var parameters = new DeviceParameters(backend, Lenet, withGradients: true))
        {
            var before = backend.AllocatedBytes;
            using var program = GraphProgram.ForTraining(Lenet.Graph, parameters, backend, 16, new SoftmaxCrossEntropyLoss(), []);
            Assert.Equal(program.ArenaBytes, backend.AllocatedBytes - before);
            Assert.Equal(2, backend.AllocationCount - 1);
        }
        Assert.Equal(0, backend.AllocatedBytes);
    }

    [Fact]
    public void ForTraining_PlanThatDoesNotFit_SaysWhatItNeedsAndWhatWouldFit()
    {
        using var backend = new StarvedBackend(20 << 20);
        using var parameters = new DeviceParameters(backend, Lenet, withGradients: true);
        var before = backend.AllocationCount;
        var error = Assert.Throws<ComputationException>(() => Training(4096).Dispose());
        var sentence = Regex.Match(error.Message,
            "^A batch of 4096 needs (\\d+) MiB on starved, which has (\\d+) MiB free. A batch size of (\\d+) fits.$");
        Assert.True(sentence.Success, error.Message);
        Assert.Equal(before, backend.AllocationCount);
        Assert.Equal((20 << 20) - backend.AllocatedBytes >> 20, Number(2));
        using (var fitting = Training(Number(3)))
            Assert.InRange(fitting.ArenaBytes, 1, (20 << 20) - parameters.Trainable!.Bytes * 2);
        using var rich = new CpuBackend(1);
        using var there = new DeviceParameters(rich, Lenet, withGradients: true);
        using var whole = GraphProgram.ForTraining(Lenet.Graph, there, rich, 4096, new SoftmaxCrossEntropyLoss(), []);
        Assert.Equal((whole.ArenaBytes + (1 << 20) - 1) >> 20, Number(1));

        GraphProgram Training(int batch) => GraphProgram.ForTraining(Lenet.Graph, parameters, backend, batch,
            new SoftmaxCrossEntropyLoss(), []);

        int Number(int group) => int.Parse(sentence.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void ForInference_NotEvenOneSampleFits_SaysSo()
    {
        using var backend = new StarvedBackend(450_000);
        using var parameters = new DeviceParameters(backend, Lenet);
        var error = Assert.Throws<ComputationException>(() => GraphProgram.ForInference(Lenet.Graph, parameters, backend, 8));
        // What is needed is rounded up and what is there down, else both could be told as 0.
        Assert.Equal("A batch of 8 needs 1 MiB on starved, which has 0 MiB free. Not even a batch of 1 fits.", error.Message);
    }

    [Fact]
    public void Predictor_PlanThatDoesNotFit_GivesItsParametersBack()
    {
        using var backend = new StarvedBackend(2 << 20);
        Assert.Throws<ComputationException>(() => new Predictor(backend, Lenet, Preprocessing.UnitRange, 4096));
        Assert.Equal(0, backend.AllocatedBytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void ForInference_BatchBelowOne_IsRefused(int batch)
    {
        using var backend = new CpuBackend(1);
        using var parameters = new DeviceParameters(backend, Lenet);
        var error = Assert.Throws<UsageException>(() => GraphProgram.ForInference(Lenet.Graph, parameters, backend, batch));
        Assert.Equal($"Batch size {batch} was asked for; it must be at least 1.", error.Message);
    }
}
