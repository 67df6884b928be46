using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>Whether a quantized model is right as often as its float model: <see cref="McNemar"/>'s test of one cell.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="RightToWrong">Inputs that only the float model has right.</param>
/// <param name="WrongToRight">Inputs that only the quantized model has right.</param>
/// <param name="PValue">The two-sided p value.</param>
/// <param name="QValue">Adjusted for all cells of the study by <see cref="BenjaminiHochberg"/>.</param>
public sealed record PairedTest(CellKey Cell, int RightToWrong, int WrongToRight, double PValue, double QValue)
{
    internal static IReadOnlyList<PairedTest> Of(IReadOnlyList<CellEvidence> cells)
    {
        var pValues = cells.Select(cell => McNemar.PValue(cell.RightToWrong, cell.WrongToRight)).ToArray();
        var qValues = BenjaminiHochberg.Adjust(pValues);
        return [.. cells.Select((cell, i) => new PairedTest(cell.Key, cell.RightToWrong, cell.WrongToRight, pValues[i], qValues[i]))];
    }
}
