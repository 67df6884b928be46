using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Training;
using GpuQuant.Training.Rules;
using GpuQuant.Training.Strategies;

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

    /// <summary>"Up to 200 epochs" of cifar10 end after 20 without a gain; a number that the user gives is meant as it is.</summary>
    [Theory]
    [InlineData("mnist", null, null)]
    [InlineData("cifar10", null, 20)]
    [InlineData("cifar10", 6, null)]
    public void For_ADataSet_TakesItsPatience(string data, int? epochs, int? patience)
    {
        var schedule = Catalog.Get<IDataSource>("data set", data).Schedule.With(epochs);
        Assert.Equal(patience, ((QatStrategy)new QatStrategy().For(schedule)).Patience);
        Assert.Equal(patience, ((QatAsPublishedStrategy)new QatAsPublishedStrategy().For(schedule)).Patience);
        Assert.Equal(3, ((QatStrategy)new QatStrategy { Patience = 3 }.For(schedule)).Patience);
    }

    /// <summary>Patience is for the second phase, where there is a validation split; what the options say goes before.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Train_WithPatience_EndsTheSecondPhaseEarly(bool isQuantized)
    {
        ITrainingStrategy strategy = isQuantized ? new QatStrategy { Patience = 4 } : new QatAsPublishedStrategy { Patience = 4 };
        Assert.Equal([null, new EarlyStopping(4)], Stoppings(Options with { Validation = 0.1 }));
        Assert.Equal([null, null], Stoppings(Options));
        var given = new EarlyStopping(2, 0.01);
        Assert.Equal([given, given], Stoppings(Options with { Validation = 0.1, EarlyStopping = given }));

        IEnumerable<EarlyStopping?> Stoppings(TrainingOptions options) =>
            Phases(strategy, options).Select(phase => phase.Options.EarlyStopping);
    }

    private static Model Trained { get; } = Model.Initialize(TrainingRun.Lenet, 9);

    private static List<TrainingPhase> Phases(ITrainingStrategy strategy, TrainingOptions? options = null)
    {
        var phases = new List<TrainingPhase>();
        strategy.Train(Model.Initialize(TrainingRun.Lenet, 1), options ?? Options, phase =>
        {
            phases.Add(phase);
            return phase.Name == "float" ? Trained : phase.Model;
        });
        return phases;
    }
}
