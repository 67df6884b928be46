using GpuQuant.Numerics;

namespace GpuQuant.Training;

/// <summary>
/// What changes in the layers after so many epochs of a phase. Between two changes a program is planned once; evaluation and the
/// finished model do not depend on it.
/// </summary>
/// <example>
/// <c>new PhaseSchedule { QuantizeAfter = 2, FreezeRangesAfter = 8 }</c>: two epochs in float while ranges are watched, six in which
/// values are quantized with moving ranges, and from the ninth on with ranges as they are then.
/// </example>
public sealed record PhaseSchedule
{
    /// <summary>Quantized from the start if the net has fake-quantizers, nothing ever frozen.</summary>
    public static PhaseSchedule Plain { get; } = new();

    /// <summary>
    /// Epochs in which fake-quantizers let values and weights pass as they are, and only watch ranges. They do not count for the best
    /// epoch.
    /// </summary>
    public int QuantizeAfter { get; init; }

    /// <summary>Epochs after which the ranges of fake-quantizers no longer move; null: they always do.</summary>
    public int? FreezeRangesAfter { get; init; }

    /// <summary>
    /// Epochs after which batch normalizations use their running statistics and no longer move them, while gamma and beta train on;
    /// null: never.
    /// </summary>
    public int? FreezeBatchNormAfter { get; init; }

    /// <summary>Throws unless each change comes within the phase.</summary>
    /// <exception cref="UsageException">One does not; says which and what was expected.</exception>
    public void Validate(int epochs)
    {
        Check("Quantization was to begin", QuantizeAfter, 0);
        // Ranges that were never watched would be those of the first batch alone.
        Check("Ranges were to be frozen", FreezeRangesAfter ?? 1, 1);
        Check("Batch normalization was to be frozen", FreezeBatchNormAfter ?? 0, 0);

        void Check(string what, int after, int least)
        {
            if (after < least || (after >= epochs && after > least))
                throw new UsageException(
                    $"{what} after {after} epochs of a phase of {epochs}; give a number from {least} to {Math.Max(least, epochs - 1)}.");
        }
    }

    /// <summary>How the layers behave in an epoch, counted from 0.</summary>
    internal LayerState StateAt(int epoch) =>
        new(epoch >= QuantizeAfter, !(epoch >= FreezeRangesAfter), !(epoch >= FreezeBatchNormAfter));
}
