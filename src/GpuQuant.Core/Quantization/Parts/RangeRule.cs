using System.Globalization;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Parts;

/// <summary>How the range that the numbers must cover follows from the values.</summary>
/// <param name="Kind">The rule.</param>
/// <param name="Low">Percentile: the share kept at each side, 0.5 to 1. Fixed: the least value. Moving average: what a step keeps.</param>
/// <param name="High">Fixed: the greatest value.</param>
/// <remarks>Written as <c>minmax</c>, <c>percentile:0.999</c> (or, in percent, <c>percentile:99.9</c>), <c>mse</c>, <c>kl</c>, <c>average:0.99</c>, <c>fixed:-1:1</c>.</remarks>
public readonly record struct RangeRule(RangeKind Kind, double Low = 0, double High = 0)
{
    /// <summary>The least and greatest value.</summary>
    public static RangeRule MinMax => new(RangeKind.MinMax);

    /// <summary>The range whose numbers have the least mean squared distance from the values.</summary>
    public static RangeRule Mse => new(RangeKind.Mse);

    /// <summary>The range that loses the least information, for activations (Migacz 2017, "8-bit inference with TensorRT").</summary>
    public static RangeRule Kl => new(RangeKind.Kl);

    /// <summary>The range within which the share lies, cut on each side: 0.999 leaves out a thousandth of the values above and below.</summary>
    /// <exception cref="UsageException">The share is not from 0.5 to 1.</exception>
    public static RangeRule Percentile(double share) => share is >= 0.5 and <= 1
        ? new(RangeKind.Percentile, share)
        : throw new UsageException($"A percentile keeps a share from 0.5 to 1, got {share.ToString(CultureInfo.InvariantCulture)}.");

    /// <summary>Batches' least and greatest values, averaged over time: a step keeps the given share of the range.</summary>
    /// <exception cref="UsageException">The share is not from 0 to 1.</exception>
    public static RangeRule MovingAverage(double momentum) => momentum is >= 0 and <= 1
        ? new(RangeKind.MovingAverage, momentum)
        : throw new UsageException($"A moving average keeps a share from 0 to 1, got {momentum.ToString(CultureInfo.InvariantCulture)}.");

    /// <summary>The given range, whatever the values.</summary>
    /// <exception cref="UsageException">It is empty or not finite.</exception>
    public static RangeRule Fixed(double low, double high) => low < high && double.IsFinite(low) && double.IsFinite(high)
        ? new(RangeKind.Fixed, low, high)
        : throw new UsageException(FormattableString.Invariant($"A range goes from a value to a greater one, got {low} to {high}."));

    /// <summary>Reads a rule.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static RangeRule Parse(string text)
    {
        var parts = text.Split(':');
        return (parts[0], parts.Length) switch
        {
            ("minmax", 1) => MinMax,
            ("mse", 1) => Mse,
            ("kl", 1) => Kl,
            ("percentile", 2) => Percentile(Share(Number(parts[1], text))),
            ("average", 2) => MovingAverage(Number(parts[1], text)),
            ("fixed", 3) => Fixed(Number(parts[1], text), Number(parts[2], text)),
            _ => throw Unknown(text),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        RangeKind.MinMax => "minmax",
        RangeKind.Mse => "mse",
        RangeKind.Kl => "kl",
        RangeKind.Percentile => FormattableString.Invariant($"percentile:{Low}"),
        RangeKind.MovingAverage => FormattableString.Invariant($"average:{Low}"),
        _ => FormattableString.Invariant($"fixed:{Low}:{High}"),
    };

    /// <summary>Numbers above 1 are percents.</summary>
    private static double Share(double number) => number > 1 ? (double)((decimal)Math.Min(number, 1e6) / 100) : number;

    private static double Number(string text, string whole) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw Unknown(whole);

    private static UsageException Unknown(string text) => new(
        $"Unknown range '{text}'. Known: minmax, percentile:0.999, mse, kl, average:0.99, fixed:-1:1.");
}
