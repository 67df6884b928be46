using GpuQuant.Numerics;

namespace GpuQuant.Training.Optimizers;

/// <summary>
/// One cycle (Smith and Topin 2018) in PyTorch's form: the optimizer's rate is the peak, to which a half cosine rises from a part of it,
/// and from which another falls to a small part of that. Momentum stays as it is.
/// </summary>
/// <example>10 steps with the peak after 0.3 of them, at step 2: 0.04, 0.52, 1, 0.95, 0.81, 0.61, 0.39, 0.19, 0.05, 4e-6.</example>
public sealed record OneCycleRate : RateSchedule
{
    /// <inheritdoc/>
    public override string Name => "one-cycle";

    /// <summary>The share of the steps in which the rate rises, above 0 and below 1.</summary>
    public double RisingShare { get; init; } = 0.3;

    /// <summary>What the peak is divided by to give the first rate, from 1 on.</summary>
    public double FirstDivisor { get; init; } = 25;

    /// <summary>What the first rate is divided by to give the last one, from 1 on.</summary>
    public double LastDivisor { get; init; } = 1e4;

    /// <inheritdoc/>
    public override void Validate(int epochs)
    {
        base.Validate(epochs);
        if (!(RisingShare is > 0 and < 1))
            throw new UsageException(
                $"The learning rate was to rise in a share of {RisingShare} of the steps; it must be above 0 and below 1.");
        if (!(FirstDivisor >= 1 && LastDivisor >= 1))
            throw new UsageException($"The divisors of one cycle are {FirstDivisor} and {LastDivisor}; both must be at least 1.");
    }

    /// <inheritdoc/>
    protected override double Factor(long step, long steps, int stepsPerEpoch)
    {
        var peak = Math.Max(0, RisingShare * steps - 1);
        if (step < peak)
            return Between(1 / FirstDivisor, 1, step / peak);
        var falling = steps - 1 - peak;
        return falling == 0 ? 1 : Between(1, 1 / (FirstDivisor * LastDivisor), (step - peak) / falling);
    }

    private static double Between(double first, double last, double share) =>
        last + (first - last) / 2 * (1 + PortableMath.Cos(Math.PI * share));
}
