using GpuQuant.Graphs;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Tests.Training;

/// <summary>Gradient descent that takes one enormous step.</summary>
internal sealed record SuddenSgd(long EnormousStep, float EnormousRate) : Optimizer
{
    public override string Name => "sudden";

    public override float LearningRate { get; init; } = 0.05f;

    public override OptimizerState Start(DeviceParameters parameters)
    {
        var state = new Sgd { Momentum = 0 }.Start(parameters);
        return state with
        {
            Values = [state.Values[0] with { At = (step, _) => step == EnormousStep ? EnormousRate : LearningRate }],
        };
    }
}
