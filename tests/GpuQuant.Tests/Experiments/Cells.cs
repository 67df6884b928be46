using GpuQuant.Evaluation;

namespace GpuQuant.Tests.Experiments;

/// <summary>Made-up cells with known counts.</summary>
internal static class Cells
{
    /// <summary>
    /// A cell in which the float model errs on the first inputs, and the quantized one differs on the last: the disagreements are
    /// errors of the quantized model, the first of them ties.
    /// </summary>
    public static EvaluationRows Make(
        string quantizer = "tflite8", string testSet = "original", ulong seed = 1, string architecture = "lenet5", string dataset = "mnist",
        string strategy = "standard", int count = 100, int floatErrors = 0, int disagreements = 0, int ties = 0)
    {
        var indices = Enumerable.Range(0, count).ToArray();
        var labels = indices.Select(i => i % 10).ToArray();
        var floats = indices.Select(i => i < floatErrors ? (i + 1) % 10 : i % 10).ToArray();
        var quantized = indices.Select(i => i >= count - disagreements ? (floats[i] + 1) % 10 : floats[i]).ToArray();
        return new EvaluationRows(
            new CellKey(dataset, architecture, strategy, seed, quantizer, testSet),
            testSet == "original" ? "original" : "generated", labels, floats, quantized,
            [.. indices.Select(i => i >= count - disagreements && i < count - disagreements + ties)],
            Scores(0), Scores(1), Scores(2), Scores(3), Scores(4), Scores(5), Scores(6), Scores(7), Scores(8),
            Scores(9), Scores(10), Scores(11), [.. indices.Select(i => i % 6)]);

        float[] Scores(int column) => [.. indices.Select(i => (float)Math.Sin(i + (100 * column)))];
    }
}
