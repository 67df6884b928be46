namespace GpuQuant.Evaluation;

/// <summary>How far a layer's deployed values q lie from the float values x.</summary>
/// <param name="Mse">The mean of (x - q)^2.</param>
/// <param name="SqnrDb">
/// The signal to quantization noise ratio, 10 log10(sum x^2 / sum (x - q)^2) in dB: infinite where nothing differs, minus infinite where
/// all x are 0 and some q are not.
/// </param>
/// <param name="Cosine">sum x q / (|x| |q|); 1 where both are 0, 0 where one is.</param>
/// <param name="Greatest">The greatest |x - q|.</param>
/// <example>x = (3, 4), q = (3, 3): MSE 0.5, SQNR 10 log10(25 / 1) = 13.98 dB, cosine 21 / (5 * 4.243) = 0.98995, greatest 1.</example>
public readonly record struct LayerError(double Mse, double SqnrDb, double Cosine, double Greatest);
