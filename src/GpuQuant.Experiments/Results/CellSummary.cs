namespace GpuQuant.Experiments;

/// <summary>One cell in numbers: its counts, and means over its inputs of the float model's uncertainties.</summary>
/// <param name="Counts">What was evaluated, and how often it is right and disagrees.</param>
/// <param name="Entropy">Mean entropy, in nats.</param>
/// <param name="Gini">Mean of 1 - sum p^2.</param>
/// <param name="Margin">Mean of the two greatest probabilities' difference.</param>
/// <param name="LeastConfidence">Mean of 1 - the greatest probability.</param>
/// <param name="KlDivergence">Mean divergence of the quantized model from the float model, in nats.</param>
public sealed record CellSummary(
    Rq1Row Counts, double Entropy, double Gini, double Margin, double LeastConfidence, double KlDivergence);
