namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// A corruption of CIFAR-10-C (Hendrycks and Dietterich 2019, "Benchmarking neural network robustness to common corruptions and
/// perturbations"): colour images, bytes truncated (<see cref="ByteConversion.TruncateToByte(double)"/>). All five severities are
/// published; the default is 1, as in the study.
/// </summary>
public abstract class Cifar10CShift() : ImageShift("cifar10-c", 3, "colour images (height x width x 3 bytes)")
{
    /// <inheritdoc/>
    public sealed override int DefaultSeverity => 1;
}
