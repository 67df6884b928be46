using GpuQuant.Data;

namespace GpuQuant.Shifts;

/// <summary>Puts shifts together and sweeps them over their severities.</summary>
/// <example>
/// A foggy picture, then saved as a poor JPEG, at every severity of the fog:
/// <code>
/// var hazy = new FogShift().Then(new JpegCompressionShift().At(5));
/// foreach (var set in hazy.Sweep(original, seed: 0))
///     Console.WriteLine(set.Name);      // cifar10/test+fog1+jpeg_compression5, cifar10/test+fog2+jpeg_compression5, ...
/// </code>
/// </example>
public static class ShiftComposition
{
    /// <summary>This shift, then another one.</summary>
    public static ShiftChain Then(this IShift first, IShift second) => new([.. StepsOf(first), .. StepsOf(second)]);

    /// <summary>This shift at one severity, whatever severity is asked for later: it has only severity 1.</summary>
    /// <exception cref="Numerics.UsageException">The shift has no such severity.</exception>
    public static ShiftChain At(this IShift shift, int severity) =>
        new([.. StepsOf(shift).Select(step => (step.Shift, step.Severity ?? severity))]);

    /// <summary>The shifted sets at severity 1, 2, ... in order.</summary>
    /// <param name="shift">The shift or chain.</param>
    /// <param name="source">The set to shift.</param>
    /// <param name="seed">The seed of the random draws, the same at every severity.</param>
    public static IEnumerable<IDataset> Sweep(this IShift shift, IDataset source, ulong seed) =>
        Enumerable.Range(1, shift.Severities).Select(severity => shift.Apply(source, severity, seed));

    private static IReadOnlyList<(IShift Shift, int? Severity)> StepsOf(IShift shift) =>
        shift is ShiftChain chain ? chain.Steps : [(shift, null)];
}
