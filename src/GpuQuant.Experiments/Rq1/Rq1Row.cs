using GpuQuant.Evaluation;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>The summary of one cell: how right the quantized model is, and on how many inputs it differs from its float model.</summary>
/// <param name="Key">What was evaluated.</param>
/// <param name="Origin">Where the test set came from: <c>original</c>, <c>published</c>, <c>generated</c>, <c>natural</c>.</param>
/// <param name="Inputs">Inputs n of the test set.</param>
/// <param name="Correct">Inputs that the quantized model classifies as their label.</param>
/// <param name="FloatCorrect">Inputs that its float model classifies as their label.</param>
/// <param name="Disagreements">Inputs on which the two classes differ.</param>
/// <param name="Ties">Those of the disagreements where the quantized model's greatest output stands more than once.</param>
public sealed record Rq1Row(CellKey Key, string Origin, int Inputs, int Correct, int FloatCorrect, int Disagreements, int Ties)
{
    /// <summary>The name of the float model itself among the quantizers.</summary>
    public const string Reference = "float32";

    /// <summary>Whether this is the float model itself, which cannot disagree.</summary>
    public bool IsReference => Key.Quantizer == Reference;

    /// <summary>100 Correct / n.</summary>
    public double AccuracyPct => 100.0 * Correct / Inputs;

    /// <summary>100 (Correct - FloatCorrect) / n, in points: negative where quantization costs accuracy.</summary>
    public double AccuracyDifferencePoints => 100.0 * (Correct - FloatCorrect) / Inputs;

    /// <summary>100 Disagreements / n.</summary>
    public double DisagreementPct => 100.0 * Disagreements / Inputs;

    /// <summary>100 Ties / n: the part of <see cref="DisagreementPct"/> that only the order of equal outputs decides.</summary>
    public double TiePct => 100.0 * Ties / Inputs;

    /// <summary>Counts a cell. Labels 1, 2, float classes 1, 1, quantized classes 1, 2: half disagree, and 50 points are won.</summary>
    /// <exception cref="UsageException">The cell has no inputs or columns of unequal length.</exception>
    public static Rq1Row Of(EvaluationRows cell)
    {
        RowsWriter.Check(cell);
        int correct = 0, floatCorrect = 0, disagreements = 0, ties = 0;
        for (var i = 0; i < cell.Count; i++)
        {
            correct += cell.QuantizedClasses[i] == cell.Labels[i] ? 1 : 0;
            floatCorrect += cell.FloatClasses[i] == cell.Labels[i] ? 1 : 0;
            if (cell.QuantizedClasses[i] == cell.FloatClasses[i])
                continue;
            disagreements++;
            ties += cell.Ties[i] ? 1 : 0;
        }
        if (cell.Key.Quantizer == Reference && disagreements > 0)
            throw new UsageException($"The cell {RowsSchema.NameOf(cell.Key)} is the float model itself but disagrees with it "
                + $"on {disagreements} inputs; its two class columns must be equal.");
        return new Rq1Row(cell.Key, cell.Origin, cell.Count, correct, floatCorrect, disagreements, ties);
    }
}
