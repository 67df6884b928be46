namespace GpuQuant.Training.Optimizers;

/// <summary>The optimizer's rate in every step.</summary>
public sealed record ConstantRate : RateSchedule
{
    /// <inheritdoc/>
    public override string Name => "constant";

    /// <inheritdoc/>
    protected override double Factor(long step, long steps, int stepsPerEpoch) => 1;
}
