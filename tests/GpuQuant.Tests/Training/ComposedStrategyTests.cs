using GpuQuant.Data;
using GpuQuant.Experiments;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Training;
using GpuQuant.Training.Strategies;

namespace GpuQuant.Tests.Training;

public class ComposedStrategyTests
{
    [Theory]
    [InlineData("standard", "standard")]
    [InlineData("qat", "qat")]
    [InlineData("mixup", "mixup")]
    [InlineData("mixup+standard", "mixup")]
    [InlineData("mixup+qat", "mixup+qat")]
    [InlineData("qat+mixup", "mixup+qat")]
    [InlineData("smoothing + qat-as-published + mixup", "smoothing+mixup+qat-as-published")]
    public void Parse_OfAName_GivesItsParts(string name, string expected) => Assert.Equal(expected, StrategyCatalog.Get(name).Name);

    [Theory]
    [InlineData("")]
    [InlineData("mixup+")]
    [InlineData("Mixup")]
    [InlineData("distillation")]
    [InlineData("mixup+mixup")]
    [InlineData("standard+qat")]
    public void Parse_OfAWrongName_Throws(string name) => Assert.Throws<UsageException>(() => StrategyCatalog.Get(name));

    [Fact]
    public void Identity_OfACombination_HasAllSettings()
    {
        var strategy = StrategyCatalog.Get("adversarial+mixup+qat").For(new MnistSource().Schedule);
        Assert.Equal("0.5 of each batch attacked: 10 steps of 0.1 within 0.3 by LInfinity from random starts, pixels 0 to 1, mixup with alpha "
            + $"0.2, {((ITrainingStrategy)new QatStrategy { FloatEpochs = 20 }).Identity}", strategy.Identity);
        Assert.Equal(((ITrainingStrategy)new StandardStrategy()).Identity, StrategyCatalog.Get("standard").Identity);
    }

    [Fact]
    public void Train_OfACombination_RunsItsRulesInEveryPhaseBeforeThePhasesOwn()
    {
        var strategy = StrategyCatalog.Get("mixup+smoothing+qat");
        strategy = strategy with { Phases = ((QatStrategy)strategy.Phases) with { DistillationShare = 0.5f } };
        var phases = new List<TrainingPhase>();
        strategy.Train(Model.Initialize(TrainingRun.Lenet, 1), TrainingRun.Options, phase =>
        {
            phases.Add(phase);
            return phase.Model;
        });
        Assert.Equal(["mixup smoothing", "mixup smoothing distillation"],
            phases.Select(phase => string.Join(' ', phase.Batches.Select(rule => rule.Name))));
        Assert.Equal(6, strategy.TotalEpochs(TrainingRun.Options));
    }
}
