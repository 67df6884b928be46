using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Optimizers;

/// <summary>
/// Stochastic gradient descent with momentum, in Keras's form: the velocity holds steps, v = momentum v - rate g. PyTorch's holds
/// gradients and is multiplied by the rate afterwards; the two differ only in the steps after the rate has changed.
/// </summary>
public sealed record Sgd : Optimizer
{
    /// <inheritdoc/>
    public override string Name => "sgd";

    /// <inheritdoc/>
    public override float LearningRate { get; init; } = 1e-2f;

    /// <summary>How much of the last step goes on; 0 for plain descent.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>Whether the gradient is taken to be that of the point ahead (Nesterov).</summary>
    public bool Nesterov { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (!(Momentum is >= 0 and < 1))
            throw new UsageException($"Momentum {Momentum} was asked for; it must be at least 0 and below 1.");
    }

    /// <inheritdoc/>
    public override OptimizerState Start(DeviceParameters parameters)
    {
        var velocity = parameters.Take("sgd.velocity", DType.Float32, parameters.Trainable!.Shape);
        var rate = parameters.Take("sgd.rate", DType.Float32, new Shape(1));
        return new(
            [new SgdCall(parameters.Trainable, parameters.Gradients!, velocity, rate, Momentum, Nesterov)],
            [new StepValue(rate, (_, factor) => (float)(factor * LearningRate))],
            new Dictionary<string, TensorView> { ["velocity"] = velocity });
    }
}
