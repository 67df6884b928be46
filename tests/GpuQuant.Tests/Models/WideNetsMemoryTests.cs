using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Data.Drawn;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using GpuQuant.Tests.Training;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Tests.Models;

/// <summary>The large nets in training: what they take is what was planned, what does not fit is refused, and they learn.</summary>
[Collection(AloneCollection.Name)]
public class WideNetsMemoryTests
{
    private const int Classes = 8;

    public static TheoryData<string> Names => ["resnet50", "densenet121"];

    /// <summary>Parameters, gradients and Adam's moments lie in memory of their own; all else is the arena, known before it is taken.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Training_MemoryTaken_IsThatOfThePlan(string name)
    {
        using var backend = new CpuBackend(2);
        var model = Small(name);
        using var parameters = new DeviceParameters(backend, model, withGradients: true);
        var optimizer = new Adam().Start(parameters);
        var before = backend.AllocatedBytes;
        using var program = GraphProgram.ForTraining(
            model.Graph, parameters, backend, 8, new SoftmaxCrossEntropyLoss(), optimizer.Calls);
        Assert.Equal(program.ArenaBytes, backend.AllocatedBytes - before);
        program.Run();
        Assert.Equal(program.ArenaBytes, backend.AllocatedBytes - before);
        // Every byte that a call touches lies in the arena or is a parameter's: nothing is taken beside the plan.
        var greatest = program.Calls.SelectMany(entry => entry.Call.Reads.Concat(entry.Call.Writes).Append(entry.Call.Workspace))
            .OfType<TensorView>().Where(view => view.Storage.Memory.Bytes == program.ArenaBytes)
            .Max(view => view.Storage.Offset + view.Storage.Bytes);
        Assert.InRange(greatest, 0.98 * program.ArenaBytes, program.ArenaBytes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_PlanThatDoesNotFit_IsRefusedWithWhatWould(string name)
    {
        using var backend = new StarvedBackend(64L << 20);
        var model = Small(name);
        using var parameters = new DeviceParameters(backend, model, withGradients: true);
        var (allocated, error) = (backend.AllocatedBytes, Assert.Throws<ComputationException>(() => Train(1024)));
        Assert.Matches("^A batch of 1024 needs \\d+ MiB on starved, which has \\d+ MiB free. A batch size of \\d+ fits.$", error.Message);
        Assert.Equal(allocated, backend.AllocatedBytes);
        Train(int.Parse(error.Message.Split(' ')[^2], System.Globalization.CultureInfo.InvariantCulture));

        void Train(int batch) => GraphProgram.ForTraining(
            model.Graph, parameters, backend, batch, new SoftmaxCrossEntropyLoss(), []).Dispose();
    }

    /// <summary>All layers of the nets in a quarter of their width, ten steps on ten drawn pictures again and again: the loss falls.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Training_TenStepsOnTraps_Learns(string name)
    {
        using var backend = new CpuBackend(2);
        var source = new TrapsSource();
        var data = Subset.First(source.Load(DataPart.Train, ""), 10);
        var graph = name == "resnet50"
            ? Resnet50.Build(data.SampleShape, data.Classes, stem: 16, [(16, 3), (32, 4), (64, 6), (128, 3)])
            : Densenet121.Build(data.SampleShape, data.Classes, growth: 8, [6, 12, 24, 16]);
        using var trainer = new Trainer(backend, Model.Initialize(graph, 1), data, source.Preprocessing,
            new TrainingOptions { Epochs = 10, BatchSize = 10, Seed = 1, Optimizer = new Adam() });
        using var watcher = new Watcher();
        trainer.Run(watcher, TestContext.Current.CancellationToken);
        double[] losses = [.. watcher.Steps.Select(step => step.Loss)];
        Assert.Equal(10, losses.Length);
        Assert.True(losses[^1] < 0.5 * losses[0], string.Join(", ", losses));
    }

    private static Model Small(string name) => Model.Initialize(WideNetsTests.Small[name](new Shape(64, 64, 3), Classes), 1);
}
