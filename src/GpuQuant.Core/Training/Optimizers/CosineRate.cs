using GpuQuant.Numerics;

namespace GpuQuant.Training.Optimizers;

/// <summary>
/// Half a cosine from the optimizer's rate down to a share of it (Loshchilov and Hutter 2017, without restarts): at step t of T the factor
/// is floor + (1 - floor) (1 + cos(pi t / T)) / 2. PyTorch's <c>CosineAnnealingLR(T_max=T)</c> stepped after each batch, Keras's
/// <c>CosineDecay(decay_steps=T)</c>.
/// </summary>
/// <example>4 steps: 1, 0.854, 0.5, 0.146.</example>
public sealed record CosineRate : RateSchedule
{
    /// <inheritdoc/>
    public override string Name => "cosine";

    /// <summary>The share of the rate to which it falls, 0 to 1.</summary>
    public double Floor { get; init; }

    /// <inheritdoc/>
    public override void Validate(int epochs)
    {
        base.Validate(epochs);
        if (!(Floor is >= 0 and <= 1))
            throw new UsageException($"The learning rate was to fall to a share of {Floor}; it must be from 0 to 1.");
    }

    /// <inheritdoc/>
    protected override double Factor(long step, long steps, int stepsPerEpoch) =>
        Floor + (1 - Floor) * (1 + PortableMath.Cos(Math.PI * step / steps)) / 2;
}
