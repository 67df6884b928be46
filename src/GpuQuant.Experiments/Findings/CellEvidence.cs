using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>What the statistics need of a deployment on a test set.</summary>
/// <param name="Key">What was evaluated.</param>
/// <param name="Inputs">The number of inputs.</param>
/// <param name="Disagreeing">The inputs on which float and quantized model differ, ascending.</param>
/// <param name="RightToWrong">Those that only the float model has right.</param>
/// <param name="WrongToRight">Those that only the quantized model has right.</param>
/// <param name="IsPaired">
/// Whether the inputs are the original test set's, shifted or not: then input i is the same one in all such test sets.
/// </param>
internal sealed record CellEvidence(
    CellKey Key, int Inputs, int[] Disagreeing, int RightToWrong, int WrongToRight, bool IsPaired)
{
    /// <summary>Disagreements in percent.</summary>
    public double Pct => 100.0 * Disagreeing.Length / Inputs;

    /// <summary>The cell without its seed: what is averaged over seeds.</summary>
    public CellKey Cell => Key with { Seed = 0 };
}
