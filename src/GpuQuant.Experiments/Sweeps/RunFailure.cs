namespace GpuQuant.Experiments;

/// <summary>A run that failed.</summary>
/// <param name="Title">Which: <c>mnist lenet5 standard seed 0</c>.</param>
/// <param name="Path">Its folder; <c>failure.txt</c> in it holds the stack trace.</param>
/// <param name="Reason">What went wrong, in a sentence.</param>
public sealed record RunFailure(string Title, string Path, string Reason);
