using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>
/// What MNIST-C's corruptions have in common (Mu and Gilmer 2019, "MNIST-C: A robustness benchmark for computer vision"): they take grey
/// images (height x width x 1 bytes), a severity and a few named parameters, and become a function from one image to another.
/// </summary>
public abstract class GreyImageShift : IShift
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract int DefaultSeverity { get; }

    /// <inheritdoc/>
    public virtual int Severities => 5;

    /// <summary>The values that a user may give in place of the shift's own.</summary>
    public virtual IReadOnlyList<ShiftParameter> Parameters => [];

    /// <inheritdoc/>
    public bool AppliesTo(IDataset source) =>
        source.SampleType == DType.UInt8 && source.SampleShape.Rank == 3 && source.SampleShape[2] == 1;

    /// <inheritdoc/>
    public IDataset Apply(IDataset source, int severity, ulong seed, IReadOnlyDictionary<string, string>? parameters = null)
    {
        if (severity < 1 || severity > Severities)
            throw new UsageException($"The shift {Name} has no severity {severity}; it has "
                + (Severities == 1 ? "only severity 1." : $"1 to {Severities}."));
        if (!AppliesTo(source))
            throw new UsageException($"The shift {Name} needs grey images (height x width x 1 bytes), "
                + $"but samples of {source.Name} are {source.SampleType} of {source.SampleShape}; choose another shift or data set.");
        var given = new ShiftParameters(Name, Parameters, parameters);
        var strength = Severities == 1 ? "" : $"{severity}";
        return new ShiftedDataset(
            source, $"{source.Name}+{Name}{strength}{given}", seed, StableHash.Of(Name), Prepare(severity, given, source.SampleShape));
    }

    /// <summary>Everything that is the same for all images, done once; returns what is done to each.</summary>
    /// <param name="severity">1 to <see cref="Severities"/>, checked.</param>
    /// <param name="given">The user's values, checked.</param>
    /// <param name="shape">Height x width x 1.</param>
    protected abstract Corruption Prepare(int severity, ShiftParameters given, Shape shape);
}
