using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Optimizers;

/// <summary>
/// Adam (Kingma and Ba 2015) with Keras's defaults and place of epsilon: it is added to the root of the second moment before that is
/// corrected for its start. PyTorch adds it after: its epsilon equals this one divided by sqrt(1 - beta2^t) at step t, 32 times as much
/// at the first.
/// </summary>
public sealed record Adam : Optimizer
{
    /// <inheritdoc/>
    public override string Name => "adam";

    /// <inheritdoc/>
    public override float LearningRate { get; init; } = 1e-3f;

    /// <summary>Decay of the first moment.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Decay of the second moment.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Added to the root of the second moment.</summary>
    public float Epsilon { get; init; } = 1e-7f;

    /// <inheritdoc/>
    public override OptimizerState Start(DeviceParameters parameters)
    {
        var shape = parameters.Trainable!.Shape;
        var first = parameters.Take("adam.first_moment", DType.Float32, shape);
        var second = parameters.Take("adam.second_moment", DType.Float32, shape);
        var rate = parameters.Take("adam.rate", DType.Float32, new Shape(1));
        return new(
            [new AdamCall(parameters.Trainable, parameters.Gradients!, first, second, rate, Beta1, Beta2, Epsilon)],
            [new StepValue(rate, RateAt)],
            new Dictionary<string, TensorView> { ["first_moment"] = first, ["second_moment"] = second });
    }

    private float RateAt(long step, double factor) => (float)(factor * LearningRate
        * Math.Sqrt(1 - PortableMath.Power(Beta2, step)) / (1 - PortableMath.Power(Beta1, step)));
}
