using GpuQuant.Numerics;

namespace GpuQuant.Training;

/// <summary>Which epoch's parameters a training gives.</summary>
public enum Keep
{
    /// <summary>Those after the last epoch.</summary>
    Last,
    /// <summary>Those with the best accuracy on the validation split; the earliest among equals.</summary>
    Best,
}

/// <summary>How a model is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training set.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Samples per step; the last step of an epoch takes what is left.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>How parameters change.</summary>
    public Optimizer Optimizer { get; init; } = new Adam();

    /// <summary>The seed of the order of the samples and of the validation split.</summary>
    public ulong Seed { get; init; }

    /// <summary>The share of the training set that is kept apart for validation, 0 to below 1.</summary>
    public double Validation { get; init; }

    /// <summary>Which epoch's parameters are kept; the best needs a validation split.</summary>
    public Keep Keep { get; init; } = Keep.Last;

    /// <summary>Throws unless the options make sense.</summary>
    /// <exception cref="UsageException">One does not; says which and what was expected.</exception>
    public void Validate()
    {
        if (Epochs < 1)
            throw new UsageException($"{Epochs} epochs were asked for; at least 1 is needed.");
        if (BatchSize < 1)
            throw new UsageException($"Batch size {BatchSize} was asked for; it must be at least 1.");
        if (!(Optimizer.LearningRate > 0) || !float.IsFinite(Optimizer.LearningRate))
            throw new UsageException($"Learning rate {Optimizer.LearningRate} was asked for; it must be a number above 0.");
        if (!(Validation is >= 0 and < 1))
            throw new UsageException($"A validation share of {Validation} was asked for; it must be at least 0 and below 1.");
        if (Keep == Keep.Best && Validation == 0)
            throw new UsageException("Keeping the best epoch needs a validation split; ask for one, such as 0.1, or keep the last epoch.");
    }
}
