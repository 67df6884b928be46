namespace GpuQuant.Shifts;

/// <summary>One shift in a chain.</summary>
/// <param name="Name">The shift's name; which suite's is meant is decided by the data.</param>
/// <param name="Severity">1 to 5; null: the severity of the published set.</param>
public sealed record ShiftStep(string Name, int? Severity);
