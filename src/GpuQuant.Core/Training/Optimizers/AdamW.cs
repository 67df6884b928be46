using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Optimizers;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019): before each step of <see cref="Adam"/>, with its place of epsilon,
/// weights are multiplied by 1 - rate decay, where the rate is the scheduled one. By default kernels alone decay
/// (<see cref="ParameterSpec.IsKernel"/>), as is the custom in image training (timm); PyTorch's own AdamW decays everything.
/// </summary>
/// <example>A rate of 0.001 and a decay of 0.05 take 0.005% off each kernel in each step.</example>
public sealed record AdamW : Optimizer
{
    /// <inheritdoc/>
    public override string Name => "adamw";

    /// <inheritdoc/>
    public override float LearningRate { get; init; } = 1e-3f;

    /// <summary>Decay of the first moment.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Decay of the second moment.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Added to the root of the second moment.</summary>
    public float Epsilon { get; init; } = 1e-7f;

    /// <summary>What the learning rate is multiplied by to give the share of a weight that a step takes off.</summary>
    public float WeightDecay { get; init; } = 0.01f;

    /// <summary>Whether biases, gammas, betas and quantizers' steps decay too.</summary>
    public bool DecaysAll { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (!(WeightDecay >= 0) || !float.IsFinite(WeightDecay))
            throw new UsageException($"Weight decay {WeightDecay} was asked for; it must be a number from 0 on.");
    }

    /// <inheritdoc/>
    public override OptimizerState Start(DeviceParameters parameters)
    {
        var adam = new Adam { LearningRate = LearningRate, Beta1 = Beta1, Beta2 = Beta2, Epsilon = Epsilon }.Start(parameters);
        if ((DecaysAll ? parameters.Trainable : parameters.Kernels) is not { } decaying)
            return adam;
        var kept = parameters.Take("adamw.kept", DType.Float32, new Shape(1));
        return adam with
        {
            Calls = [new ScaleCall(decaying, kept), .. adam.Calls],
            Values = [new StepValue(kept, (_, factor) => (float)(1 - factor * LearningRate * WeightDecay)), .. adam.Values],
        };
    }
}
