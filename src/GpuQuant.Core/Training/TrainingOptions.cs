using GpuQuant.Backends;
using GpuQuant.Numerics;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Training;

/// <summary>Which epoch's parameters a training gives.</summary>
public enum Keep
{
    /// <summary>Those after the last epoch.</summary>
    Last,
    /// <summary>Those with the best accuracy on the validation split; the earliest among equals.</summary>
    Best,
    /// <summary>
    /// Those with the best accuracy on the test set, as Hu et al. 2022 did for cifar10 and imdb: for comparisons with their numbers. What
    /// the test set has chosen, it no longer judges: expect less on new data.
    /// </summary>
    BestOnTest,
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

    /// <summary>How the optimizer's learning rate changes in the course of the training.</summary>
    public RateSchedule Schedule { get; init; } = new ConstantRate();

    /// <summary>
    /// Batches per optimizer step: it takes the mean gradient over all their samples. The last step of an epoch takes what is left. Batch
    /// normalizations see one batch at a time.
    /// </summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>The greatest norm of all gradients together (<see cref="ClipFactorCall"/>); null: any.</summary>
    public float? ClipNorm { get; init; }

    /// <summary>The greatest magnitude of each gradient; null: any.</summary>
    public float? ClipValue { get; init; }

    /// <summary>
    /// The decay of an exponential moving average of parameters and running statistics, which is what is validated and kept; null: those
    /// of the steps themselves. At step t it is at most (1 + t) / (10 + t), so that the first parameters are soon forgotten. Ranges and
    /// steps of quantizers are taken as they are.
    /// </summary>
    public double? AverageDecay { get; init; }

    /// <summary>When to end before the last epoch; null: never. Needs something to judge epochs by.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>The seed of the order of the samples and of the validation split.</summary>
    public ulong Seed { get; init; }

    /// <summary>The share of the training set that is kept apart for validation, 0 to below 1.</summary>
    public double Validation { get; init; }

    /// <summary>Which epoch's parameters are kept; the best needs a validation split, or a test set in its place.</summary>
    public Keep Keep { get; init; } = Keep.Last;

    /// <summary>Whether there is anything to judge an epoch by.</summary>
    internal bool IsJudged => Validation > 0 || Keep == Keep.BestOnTest;

    /// <summary>The options with early stopping, where a patience is given, none was chosen and there is something to judge by.</summary>
    internal TrainingOptions WithPatience(int? patience) =>
        patience is { } epochs && EarlyStopping is null && IsJudged ? this with { EarlyStopping = new(epochs) } : this;

    /// <summary>
    /// The options with another choice of the epoch that is kept; null leaves them as they are. The test set takes the place of a
    /// validation split.
    /// </summary>
    public TrainingOptions Keeping(Keep? keep) => keep switch
    {
        null => this,
        Keep.BestOnTest => this with { Keep = Keep.BestOnTest, Validation = 0 },
        { } other => this with { Keep = other },
    };

    /// <summary>Throws unless the options make sense.</summary>
    /// <exception cref="UsageException">One does not; says which and what was expected.</exception>
    public void Validate()
    {
        if (Epochs < 1)
            throw new UsageException($"{Epochs} epochs were asked for; at least 1 is needed.");
        if (BatchSize < 1)
            throw new UsageException($"Batch size {BatchSize} was asked for; it must be at least 1.");
        Optimizer.Validate();
        Schedule.Validate(Epochs);
        ValidateUpdates();
        if (!(Validation is >= 0 and < 1))
            throw new UsageException($"A validation share of {Validation} was asked for; it must be at least 0 and below 1.");
        if (Keep == Keep.Best && Validation == 0)
            throw new UsageException("Keeping the best epoch needs a validation split; ask for one, such as 0.1, or keep the last epoch.");
        if (Keep == Keep.BestOnTest && Validation > 0)
            throw new UsageException($"A validation share of {Validation} was asked for beside keeping the epoch that is best on the test set; "
                + "choose one of them.");
        if (EarlyStopping is not null && !IsJudged)
            throw new UsageException("Early stopping needs a validation split; ask for one, such as 0.1, or train to the last epoch.");
        EarlyStopping?.Validate();
    }

    private void ValidateUpdates()
    {
        if (Accumulate < 1)
            throw new UsageException($"{Accumulate} batches per step were asked for; at least 1 is needed.");
        if (ClipNorm is { } norm && !(norm > 0))
            throw new UsageException($"Gradients were to be clipped to a norm of {norm}; it must be above 0.");
        if (ClipValue is { } value && !(value > 0))
            throw new UsageException($"Gradients were to be clipped to a magnitude of {value}; it must be above 0.");
        if (ClipNorm is not null && ClipValue is not null)
            throw new UsageException("Gradients were to be clipped by norm and by value; choose one.");
        if (AverageDecay is { } decay && !(decay is >= 0 and < 1))
            throw new UsageException($"An average of parameters with a decay of {decay} was asked for; it must be at least 0 and below 1, "
                + "such as 0.999.");
    }
}
