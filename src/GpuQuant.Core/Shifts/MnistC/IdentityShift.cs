using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>No shift at all: MNIST-C's <c>identity</c>, the original images under the shifted sets' layout.</summary>
public sealed class IdentityShift : MnistCShift
{
    /// <inheritdoc/>
    public override string Name => "identity";

    /// <inheritdoc/>
    public override int DefaultSeverity => 1;

    /// <inheritdoc/>
    public override int Severities => 1;

    /// <inheritdoc/>
    protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape) =>
        (ReadOnlySpan<byte> image, ref RandomStream _, Span<byte> result) => image.CopyTo(result);
}
