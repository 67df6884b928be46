using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// Inverts a stripe of seven columns at the left and one at the right (MNIST-C): 255 - value in columns 0 to 6 and 21 to 27. Nothing is
/// drawn, and there is one severity.
/// </summary>
/// <example>A black picture becomes a black band of 14 columns between two white ones.</example>
public sealed class StripeShift : MnistCShift
{
    private const int Side = 28, Stripe = 7;

    /// <inheritdoc/>
    public override string Name => "stripe";

    /// <inheritdoc/>
    public override int DefaultSeverity => 1;

    /// <inheritdoc/>
    public override int Severities => 1;

    /// <inheritdoc/>
    protected override bool Fits(Shape shape) => shape[0] == Side && shape[1] == Side;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape) =>
        (ReadOnlySpan<byte> image, ref RandomStream _, Span<byte> result) =>
        {
            for (var i = 0; i < image.Length; i++)
                result[i] = i % Side is < Stripe or >= Side - Stripe ? (byte)(255 - image[i]) : image[i];
        };
}
