namespace GpuQuant.Experiments;

/// <summary>One deployment on one test set, over the seeds. Percentages of the inputs, differences in points.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Architecture">The net.</param>
/// <param name="Strategy">How it was trained.</param>
/// <param name="Quantizer">The deployment.</param>
/// <param name="TestSet">The test set.</param>
/// <param name="Accuracy">Accuracy of the quantized model.</param>
/// <param name="AccuracyDifference">That minus its float model's, seed by seed.</param>
/// <param name="Disagreement">Inputs on which the two disagree.</param>
/// <param name="Tie">The part of the disagreements that are ties.</param>
public sealed record Rq1Aggregate(
    string Dataset, string Architecture, string Strategy, string Quantizer, string TestSet,
    Spread Accuracy, Spread AccuracyDifference, Spread Disagreement, Spread Tie);
