using System.Globalization;
using System.Text;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Optimizers;

/// <summary>
/// A rate that falls by a factor after named epochs (PyTorch's <c>MultiStepLR</c>) or after every so many (<c>StepLR</c>). Epochs are
/// counted from the end of the warm-up.
/// </summary>
/// <example>Milestones 100 and 150, factor 0.1: 1 for 100 epochs, 0.1 for 50, 0.01 from then on.</example>
public sealed record StepRate : RateSchedule
{
    /// <inheritdoc/>
    public override string Name => "step";

    /// <summary>The epochs after which the rate falls, rising; empty: after every <see cref="Every"/>.</summary>
    public IReadOnlyList<int> Milestones { get; init; } = [];

    /// <summary>Epochs between two falls where there are no milestones.</summary>
    public int Every { get; init; } = 30;

    /// <summary>What the rate is multiplied by, above 0 and at most 1.</summary>
    public double Fall { get; init; } = 0.1;

    /// <inheritdoc/>
    public override void Validate(int epochs)
    {
        base.Validate(epochs);
        if (Milestones.Where((epoch, i) => epoch < 1 || (i > 0 && epoch <= Milestones[i - 1])).Any())
            throw new UsageException($"The learning rate was to fall after epochs {Listed}; give rising numbers from 1 on.");
        if (Every < 1)
            throw new UsageException($"The learning rate was to fall after every {Every} epochs; give a number from 1 on.");
        if (!(Fall is > 0 and <= 1))
            throw new UsageException($"The learning rate was to fall to {Fall} of itself; give a number above 0 and at most 1.");
    }

    /// <inheritdoc/>
    protected override double Factor(long step, long steps, int stepsPerEpoch)
    {
        var epoch = step / stepsPerEpoch;
        var passed = 0;
        while (passed < Milestones.Count && Milestones[passed] <= epoch)
            passed++;
        return PortableMath.Power(Fall, Milestones.Count == 0 ? epoch / Every : passed);
    }

    // A list prints as its type and is equal to itself alone; what is printed tells trainings apart.
    private string Listed => string.Join(" ", Milestones.Select(epoch => epoch.ToString(CultureInfo.InvariantCulture)));

    /// <inheritdoc/>
    public bool Equals(StepRate? other) => base.Equals(other) && (Every, Fall) == (other.Every, other.Fall)
        && Milestones.SequenceEqual(other.Milestones);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Listed, Every, Fall);

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder)
    {
        base.PrintMembers(builder);
        builder.Append(CultureInfo.InvariantCulture, $", Milestones = {Listed}, Every = {Every}, Fall = {Fall}");
        return true;
    }
}
