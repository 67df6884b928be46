using GpuQuant.Numerics;

namespace GpuQuant.Training.Optimizers;

/// <summary>
/// How the learning rate changes in the course of a training, or of each phase of a strategy: what the optimizer's rate is multiplied by
/// at each step. Any schedule may begin with a warm-up; what comes after it then counts steps and epochs from its end, as PyTorch's
/// <c>SequentialLR</c> does.
/// </summary>
public abstract record RateSchedule : INamed
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>
    /// Epochs, whole or not, in which the factor rises in a straight line to the schedule's first: (t + 1) / (W + 1) of it at step t of W.
    /// PyTorch's <c>LinearLR(start_factor=1/(W+1), total_iters=W)</c>.
    /// </summary>
    public double WarmupEpochs { get; init; }

    /// <summary>The factor of a step.</summary>
    /// <param name="step">The step, counted from 0; each changes the parameters once.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch.</param>
    /// <param name="epochs">Epochs in all.</param>
    /// <example>A constant rate with a warm-up of 3 steps: 0.25, 0.5, 0.75, 1, 1 ...</example>
    public double FactorAt(long step, int stepsPerEpoch, int epochs)
    {
        var warmup = (long)Math.Round(WarmupEpochs * stepsPerEpoch);
        var steps = (long)stepsPerEpoch * epochs - warmup;
        return step < warmup
            ? Factor(0, steps, stepsPerEpoch) * (step + 1) / (warmup + 1)
            : Factor(step - warmup, steps, stepsPerEpoch);
    }

    /// <summary>Throws unless the schedule fits a training of so many epochs.</summary>
    /// <exception cref="UsageException">It does not; says what came and what was expected.</exception>
    public virtual void Validate(int epochs)
    {
        if (!(WarmupEpochs >= 0 && WarmupEpochs < epochs))
            throw new UsageException($"A warm-up of {WarmupEpochs} epochs was asked for in a training of {epochs}; "
                + $"give a number from 0 to below {epochs}.");
    }

    /// <summary>The factor of a step after the warm-up.</summary>
    /// <param name="step">The step, counted from 0 at the end of the warm-up.</param>
    /// <param name="steps">The steps from there to the end of the training.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch.</param>
    protected abstract double Factor(long step, long steps, int stepsPerEpoch);
}
