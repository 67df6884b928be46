namespace GpuQuant.Experiments;

/// <summary>What further training did to the disagreements of one deployment on the original test set; counts of inputs.</summary>
/// <param name="Dataset">The data set: <c>mnist</c>.</param>
/// <param name="Architecture">The net: <c>lenet5</c>.</param>
/// <param name="Seed">The seed of the model's training.</param>
/// <param name="Treatment">What was added to the training set.</param>
/// <param name="Quantizer">The deployment; <see cref="Any"/>: inputs on which any of them disagrees.</param>
/// <param name="Inputs">The test set's inputs.</param>
/// <param name="Added">How many were added to the training set.</param>
/// <param name="Before">Disagreements before.</param>
/// <param name="OldRemaining">Those of them that still disagree after.</param>
/// <param name="New">Disagreements after that were none before.</param>
/// <param name="HeldOut">Inputs that no treatment adds: they agreed before and were never trained on.</param>
/// <param name="HeldOutNew">Disagreements after among these.</param>
/// <param name="CorrectBefore">Inputs that the float model classified rightly before.</param>
/// <param name="CorrectAfter">The same after.</param>
public sealed record RetrainingRow(
    string Dataset, string Architecture, ulong Seed, Treatment Treatment, string Quantizer, int Inputs, int Added, int Before,
    int OldRemaining, int New, int HeldOut, int HeldOutNew, int CorrectBefore, int CorrectAfter)
{
    /// <summary>The quantizer's name in rows about all deployments together.</summary>
    public const string Any = "any";

    /// <summary>Disagreements after: old ones and new ones.</summary>
    public int After => OldRemaining + New;
}
