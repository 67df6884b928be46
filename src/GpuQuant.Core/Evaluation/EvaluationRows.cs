namespace GpuQuant.Evaluation;

/// <summary>What one evaluation is of: a trained model, a deployment of it, and a test set.</summary>
/// <param name="Dataset">The data set: <c>mnist</c>.</param>
/// <param name="Architecture">The net: <c>lenet5</c>.</param>
/// <param name="Strategy">How it was trained: <c>standard</c>.</param>
/// <param name="Seed">The training's seed.</param>
/// <param name="Quantizer">The deployment: <c>tflite8</c>; <c>float32</c> is the model itself.</param>
/// <param name="TestSet">The test set: <c>original</c>, <c>shot_noise</c>.</param>
public sealed record CellKey(string Dataset, string Architecture, string Strategy, ulong Seed, string Quantizer, string TestSet);

/// <summary>
/// The raw result of one cell, a value per input in the test set's order, as columns. Probabilities and uncertainties are those of the
/// float model; where nothing else is said; with the quantizer <c>float32</c> both models are the same and the divergences are 0.
/// </summary>
/// <param name="Key">What was evaluated.</param>
/// <param name="Origin">Where the test set came from: <c>original</c>, <c>published</c>, <c>generated</c>, <c>natural</c>.</param>
/// <param name="Labels">True classes.</param>
/// <param name="FloatClasses">The float model's classes: its first greatest probability.</param>
/// <param name="QuantizedClasses">The quantized model's classes, likewise.</param>
/// <param name="Ties">Whether the quantized model's greatest output stands more than once.</param>
/// <param name="Top1">The greatest probability.</param>
/// <param name="Top2">The second greatest.</param>
/// <param name="Entropy">-sum p ln p, in nats.</param>
/// <param name="Gini">1 - sum p^2.</param>
/// <param name="Margin">Top1 - top2.</param>
/// <param name="LeastConfidence">1 - top1.</param>
/// <param name="KlDivergence">sum p ln(p / q) of float p against quantized q, with q at least 1e-6, in nats.</param>
/// <param name="JsDivergence">The Jensen-Shannon divergence of the two models' probabilities, in nats.</param>
/// <param name="LabelProbability">The label's probability.</param>
/// <param name="QuantizedTop1">The quantized model's greatest probability.</param>
/// <param name="QuantizedTop2">Its second greatest.</param>
/// <param name="QuantizedLabelProbability">Its probability of the label.</param>
/// <param name="Top5">
/// How many of the five likeliest classes (all, where there are fewer) are among the quantized model's five likeliest too.
/// </param>
public sealed record EvaluationRows(
    CellKey Key, string Origin, int[] Labels, int[] FloatClasses, int[] QuantizedClasses, bool[] Ties, float[] Top1, float[] Top2,
    float[] Entropy, float[] Gini, float[] Margin, float[] LeastConfidence, float[] KlDivergence, float[] JsDivergence, float[] LabelProbability,
    float[] QuantizedTop1, float[] QuantizedTop2, float[] QuantizedLabelProbability, int[] Top5)
{
    /// <summary>The number of inputs.</summary>
    public int Count => Labels.Length;
}
