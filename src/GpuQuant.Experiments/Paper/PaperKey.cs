namespace GpuQuant.Experiments;

/// <summary>What a number of the paper's is of. The metric is <c>accuracy_pct</c> or <c>disagreement_pct</c>.</summary>
/// <param name="Dataset">The data set: <c>mnist</c>.</param>
/// <param name="Architecture">The net: <c>lenet1</c>.</param>
/// <param name="Strategy">How it was trained: <c>standard</c>.</param>
/// <param name="Quantizer">The deployment: <c>tflite8</c>, or <c>float32</c>.</param>
/// <param name="TestSet">The test set: <c>original</c>, <c>fog</c>.</param>
/// <param name="Metric">The measure.</param>
public readonly record struct PaperKey(
    string Dataset, string Architecture, string Strategy, string Quantizer, string TestSet, string Metric);
