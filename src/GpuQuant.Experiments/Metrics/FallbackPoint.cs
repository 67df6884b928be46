namespace GpuQuant.Experiments;

/// <summary>A quantized model that leaves unsure inputs to its float model.</summary>
/// <param name="Threshold">Inputs on which the quantized model's margin is below this are left to the float model.</param>
/// <param name="FloatPct">These inputs, in percent.</param>
/// <param name="AccuracyPct">The accuracy of both together, in percent.</param>
/// <param name="DisagreementPct">Inputs on which they still differ from the float model alone, in percent.</param>
public readonly record struct FallbackPoint(double Threshold, double FloatPct, double AccuracyPct, double DisagreementPct);
