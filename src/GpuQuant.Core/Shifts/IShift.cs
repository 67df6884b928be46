using GpuQuant.Data;

namespace GpuQuant.Shifts;

/// <summary>
/// A distribution shift: turns a test set into a shifted one. The bytes of a sample are a function of (sample, severity, seed, index)
/// and the given parameters, on any machine and any thread.
/// </summary>
public interface IShift : INamed
{
    /// <summary>
    /// The published benchmark that it belongs to, <c>mnist-c</c> or <c>cifar10-c</c>: two suites may each have a <c>brightness</c>, told
    /// apart by the data that they apply to.
    /// </summary>
    string Suite { get; }

    /// <summary>The severity of the published test set (MNIST-C has one per corruption), 1 to 5; 1 where the shift has none.</summary>
    int DefaultSeverity { get; }

    /// <summary>The severities that exist: 5, or 1 where the strength is fixed.</summary>
    int Severities { get; }

    /// <summary>Raised when a change of the code changes its bytes, so that sets kept by an older version are made anew.</summary>
    int Version => 1;

    /// <summary>The values that a user may give in place of the shift's own or of its draws.</summary>
    IReadOnlyList<ShiftParameter> Parameters { get; }

    /// <summary>Whether the shift is defined for samples like these (type and shape).</summary>
    bool AppliesTo(IDataset source);

    /// <summary>The shifted set; samples are shifted when they are read.</summary>
    /// <param name="source">The set to shift.</param>
    /// <param name="severity">1 to <see cref="Severities"/>.</param>
    /// <param name="seed">The seed of the random draws.</param>
    /// <param name="parameters">Values to use in place of the random draws, by name (<c>angle=0.4</c>); null draws everything.</param>
    /// <exception cref="Numerics.UsageException">The severity or a parameter does not exist, or the shift does not apply.</exception>
    IDataset Apply(IDataset source, int severity, ulong seed, IReadOnlyDictionary<string, string>? parameters = null);
}
