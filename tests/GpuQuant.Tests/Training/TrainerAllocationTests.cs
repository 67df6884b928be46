using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;
using GpuQuant.Training.Rules;

namespace GpuQuant.Tests.Training;

[Collection(AloneCollection.Name)]
public class TrainerAllocationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Step_AfterTheFirst_AllocatesNothing(bool isQuantized)
    {
        var graph = isQuantized ? FakeQuantizers.Insert(TrainingRun.Normalized) : TrainingRun.Normalized;
        using var backend = new CpuBackend(2);
        using var trainer = new Trainer(
            backend, Model.Initialize(graph, 1), Glyphs.Training(100), Preprocessing.UnitRange, TrainingRun.Options);
        var allocations = backend.AllocationCount;
        AllocationCheck.AllocatesNothing(() => trainer.Step(0));
        AllocationCheck.AllocatesNothing(() => trainer.Step(64));
        Assert.Equal(allocations, backend.AllocationCount);
    }

    [Fact]
    public void Step_AccumulatedClippedAndAveraged_AllocatesNothing()
    {
        using var backend = new CpuBackend(2);
        using var trainer = new Trainer(backend, Model.Initialize(TrainingRun.Normalized, 1), Glyphs.Training(100), Preprocessing.UnitRange,
            TrainingRun.Options with
            {
                BatchSize = 25,
                Accumulate = 2,
                ClipNorm = 1,
                AverageDecay = 0.9,
                Optimizer = new AdamW(),
                Schedule = new StepRate { Milestones = [1, 2], WarmupEpochs = 0.5 },
            });
        var allocations = backend.AllocationCount;
        AllocationCheck.AllocatesNothing(() => trainer.Step(0));
        AllocationCheck.AllocatesNothing(() => trainer.Step(25));
        Assert.Equal(allocations, backend.AllocationCount);
    }

    [Fact]
    public void Step_WithRulesForItsBatch_AllocatesNothing()
    {
        var phase = new TrainingPhase("training", Model.Initialize(TrainingRun.Normalized, 1), TrainingRun.Options)
        {
            Batches = [.. Catalog.All<BatchRule>()],
        };
        using var backend = new CpuBackend(2);
        using var trainer = new Trainer(backend, phase, Glyphs.Training(100), Preprocessing.UnitRange);
        var allocations = backend.AllocationCount;
        AllocationCheck.AllocatesNothing(() => trainer.Step(0));
        AllocationCheck.AllocatesNothing(() => trainer.Step(64));
        Assert.Equal(allocations, backend.AllocationCount);
    }

    [Theory]
    [InlineData(MixupOn.Embeddings)]
    [InlineData(MixupOn.Indices)]
    public void Step_WithRulesForTexts_AllocatesNothing(MixupOn on)
    {
        var data = SmallTexts.PhrasesTraining(100);
        var phase = new TrainingPhase("training", Model.Initialize(new SmallTexts.Net().Build(data.SampleShape, 2), 1), TrainingRun.Options)
        {
            Batches = [new AdversarialRule { Words = new() }, new MixupRule { On = on }],
        };
        using var backend = new CpuBackend(2);
        using var trainer = new Trainer(backend, phase, data, Preprocessing.Tokens);
        var allocations = backend.AllocationCount;
        AllocationCheck.AllocatesNothing(() => trainer.Step(0));
        AllocationCheck.AllocatesNothing(() => trainer.Step(64));
        Assert.Equal(allocations, backend.AllocationCount);
    }

    public static TheoryData<string> Devices => [.. Catalog.All<IBackendProvider>().SelectMany(p => p.Devices).Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(Devices))]
    public void Run_OnAnyDevice_TakesNoDeviceMemory(string device)
    {
        using var backend = GpuQuant.Backends.Devices.Open(device, Catalog.All<IBackendProvider>());
        using var trainer = new Trainer(backend, Model.Initialize(TrainingRun.Normalized, 1), Glyphs.Training(22), Preprocessing.UnitRange,
            TrainingRun.Options with { BatchSize = 8, Epochs = 2 });
        var allocations = backend.AllocationCount;
        trainer.Run(cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(allocations, backend.AllocationCount);
    }
}
