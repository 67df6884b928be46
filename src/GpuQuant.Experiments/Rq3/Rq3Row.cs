namespace GpuQuant.Experiments;

/// <summary>How well one uncertainty of a float model tells the inputs on which its quantized versions differ, as percentages.</summary>
/// <param name="Model">The model.</param>
/// <param name="Uncertainty">The score: <c>entropy</c>, <c>gini</c>, <c>margin</c>, <c>least_confidence</c>.</param>
/// <param name="Inputs">The inputs of all its test sets.</param>
/// <param name="Disagreeing">Those of them on which any quantized version differs.</param>
/// <param name="Result">What was found; null where it cannot be said.</param>
/// <param name="Reason">Why there is no result: <c>too few</c> inputs differ, or <c>one-sided</c>, a part has one kind only.</param>
public sealed record Rq3Row(
    Rq3Model Model, string Uncertainty, int Inputs, int Disagreeing, Rq3Result? Result, string? Reason);
