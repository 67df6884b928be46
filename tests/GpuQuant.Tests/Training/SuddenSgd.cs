using GpuQuant.Graphs;
using GpuQuant.Training;

namespace GpuQuant.Tests.Training;

/// <summary>Gradient descent that takes one enormous step.</summary>
internal sealed record SuddenSgd(long EnormousStep, float EnormousRate) : Optimizer
{
    public override string Name => "sudden";

    public override float LearningRate { get; init; } = 0.05f;

    public override OptimizerState Start(DeviceParameters parameters) =>
        new Sgd { Momentum = 0 }.Start(parameters) with { RateAt = step => step == EnormousStep ? EnormousRate : LearningRate };
}
