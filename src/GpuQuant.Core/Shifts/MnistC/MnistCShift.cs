namespace GpuQuant.Shifts.MnistC;

/// <summary>
/// A corruption of MNIST-C (Mu and Gilmer 2019, "MNIST-C: A robustness benchmark for computer vision"): grey images, bytes rounded half to
/// even (<see cref="ByteConversion.RoundToByte"/>). The published set has one severity per corruption, the default one.
/// </summary>
public abstract class MnistCShift() : ImageShift("mnist-c", 1, "grey images (height x width x 1 bytes)");
