using System.Globalization;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Attacks;

/// <summary>
/// An attack on samples by projected gradient descent (Madry et al. 2018): steps that raise the loss, never farther from the sample than
/// a radius and never out of the range of pixels. Sizes are in scaled pixels, which range from 0 to 1; where a mean is subtracted from
/// the pixels, the range is that before.
/// </summary>
/// <param name="Radius">How far the samples may move, by <see cref="Norm"/>: eps.</param>
/// <param name="StepSize">How far an iteration leads, by the same norm.</param>
/// <param name="Iterations">Iterations, each with one gradient.</param>
/// <example>Radius 0.3, step 0.1, 10 iterations: the study's attack on MNIST.</example>
public sealed record Attack(float Radius, float StepSize, int Iterations)
{
    /// <summary>How sizes are measured.</summary>
    public AttackNorm Norm { get; init; } = AttackNorm.LInfinity;

    /// <summary>
    /// Whether the attack starts from a random place: uniform in the cube of the radius or, by the L2 norm, in such a direction on the
    /// ball's surface; else from the sample itself.
    /// </summary>
    public bool StartsRandom { get; init; } = true;

    /// <summary>The least pixel.</summary>
    public float Low { get; init; }

    /// <summary>The greatest pixel.</summary>
    public float High { get; init; } = 1;

    /// <summary>A data set's attack.</summary>
    public static Attack Of(AttackSchedule schedule) => new(schedule.Radius, schedule.StepSize, schedule.Iterations);

    /// <summary>The fast gradient sign method (Goodfellow et al. 2015): one step as long as the radius, from the sample itself.</summary>
    public static Attack FastGradientSign(float radius) => new(radius, radius, 1) { StartsRandom = false };

    /// <summary>The name in result rows: <c>fgsm-0.1</c>, <c>pgd10-0.3</c>, <c>pgd10-l2-2</c>.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture,
        $"{(this == FastGradientSign(Radius) ? "fgsm" : $"pgd{Iterations}")}{(Norm == AttackNorm.L2 ? "-l2" : "")}-{Radius:0.####}");

    /// <summary>Everything that decides the result.</summary>
    public string Identity => string.Create(CultureInfo.InvariantCulture,
        $"{Iterations} steps of {StepSize:R} within {Radius:R} by {Norm} from {(StartsRandom ? "random starts" : "the samples")}, "
        + $"pixels {Low:R} to {High:R}");

    /// <summary>Throws unless the settings make sense.</summary>
    /// <exception cref="UsageException">One does not; says what came and what was expected.</exception>
    public void Validate()
    {
        if (!(Low < High) || !float.IsFinite(Low) || !float.IsFinite(High))
            throw new UsageException(Invariant($"An attack's pixels were to range from {Low} to {High}; the second must be the greater."));
        if (!(Radius > 0) || !float.IsFinite(Radius) || (Norm == AttackNorm.LInfinity && Radius > High - Low))
            throw new UsageException(Invariant($"An attack of radius {Radius} (eps) was asked for; it must be above 0")
                + (Norm == AttackNorm.LInfinity ? Invariant($" and at most {High - Low}, the range of pixels.") : "."));
        if (!(StepSize > 0) || !float.IsFinite(StepSize))
            throw new UsageException(Invariant($"An attack in steps of {StepSize} was asked for; they must be above 0."));
        if (Iterations < 1)
            throw new UsageException(Invariant($"An attack of {Iterations} iterations was asked for; at least 1 is needed."));
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
