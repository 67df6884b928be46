using GpuQuant.Numerics;

namespace GpuQuant.Training;

/// <summary>Ends a training before its last epoch when the accuracy on the validation split no longer grows, as in Keras.</summary>
/// <param name="Patience">Epochs in a row without a gain after which the training ends.</param>
/// <param name="LeastGain">What counts as a gain: more than this above the last gain's accuracy, as a share of 1.</param>
/// <example>
/// Patience 2 and accuracies 0.9, 0.95, 0.94, 0.95: the fourth epoch is the second in a row without a gain and the last.
/// </example>
public sealed record EarlyStopping(int Patience, double LeastGain = 0)
{
    /// <summary>Throws unless the settings make sense.</summary>
    /// <exception cref="UsageException">One does not; says which and what was expected.</exception>
    public void Validate()
    {
        if (Patience < 1)
            throw new UsageException($"A patience of {Patience} epochs was asked for; it must be at least 1.");
        if (!(LeastGain is >= 0 and < 1))
            throw new UsageException($"A least gain of {LeastGain} was asked for; it must be at least 0 and below 1.");
    }

    /// <summary>Whether a training that stands so has ended.</summary>
    internal bool HasEnded(Gains gains) => gains.Waited >= Patience;
}
