using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Training;

namespace GpuQuant.Tests.Training;

public class QatStrategyTests
{
    private static readonly TrainingOptions Options = new() { Epochs = 7 };

    [Fact]
    public void Train_InTwoPhases_QuantizesWhatTheFloatPhaseGave()
    {
        var phases = Phases(new QatStrategy
        {
            FloatEpochs = 3,
            Schedule = new() { FreezeRangesAfter = 5 },
            DistillationShare = 0.25f,
            DistillationTemperature = 4,
        });
        Assert.Equal([("float", 3, 0), ("quantized", 7, 3)], phases.Select(p => (p.Name, p.Options.Epochs, p.EpochsBefore)));
        Assert.Equal(PhaseSchedule.Plain, phases[0].Schedule);
        Assert.Empty(phases[0].Batches);
        Assert.Equal(5, phases[1].Schedule.FreezeRangesAfter);
        Assert.DoesNotContain(phases[0].Model.Graph.Nodes, node => node.Op is FakeQuantizeOp);
        Assert.Contains(phases[1].Model.Graph.Nodes, node => node.Op is FakeQuantizeOp);
        Assert.All(Trained.Parameters, p => Assert.Same(p.Value, phases[1].Model.Parameters[p.Key]));
        Assert.Equal([new Distillation(Trained, 0.25f, 4)], phases[1].Batches);
    }

    [Fact]
    public void Train_WithoutAFloatPhase_QuantizesTheFirstParameters()
    {
        var phase = Assert.Single(Phases(new QatStrategy { FloatEpochs = 0 }));
        Assert.Equal(("quantized", 7, 0), (phase.Name, phase.Options.Epochs, phase.EpochsBefore));
    }

    /// <summary>The study: mnist 20 + 20 epochs, cifar10 100 + 200; and what users ask for goes before.</summary>
    [Theory]
    [InlineData("mnist", null, null, 20, 20)]
    [InlineData("cifar10", null, null, 100, 200)]
    [InlineData("cifar10", 6, null, 6, 6)]
    [InlineData("mnist", 6, 2, 2, 6)]
    [InlineData("mnist", null, 0, 0, 20)]
    public void For_ADataSet_TakesItsSchedule(string data, int? epochs, int? given, int expectedFloat, int expectedQuantized)
    {
        var schedule = Catalog.Get<IDataSource>("data set", data).Schedule.With(epochs);
        var strategy = (QatStrategy)new QatStrategy { FloatEpochs = given }.For(schedule);
        Assert.Equal((expectedFloat, expectedQuantized), (strategy.FloatEpochs, schedule.Epochs));
        Assert.Equal(expectedFloat + expectedQuantized, strategy.TotalEpochs(new TrainingOptions { Epochs = schedule.Epochs }));
    }

    private static Model Trained { get; } = Model.Initialize(TrainingRun.Lenet, 9);

    private static List<TrainingPhase> Phases(QatStrategy strategy)
    {
        var phases = new List<TrainingPhase>();
        ((ITrainingStrategy)strategy).Train(Model.Initialize(TrainingRun.Lenet, 1), Options, phase =>
        {
            phases.Add(phase);
            return phase.Name == "float" ? Trained : phase.Model;
        });
        return phases;
    }
}
