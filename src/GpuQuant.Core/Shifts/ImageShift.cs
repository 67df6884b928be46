using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>
/// What the corruptions of the published image suites have in common: they take images (height x width x channels bytes), a severity and
/// a few named parameters, and become a function from one image to another.
/// </summary>
/// <param name="suite">The suite's name, <c>mnist-c</c>.</param>
/// <param name="channels">Channels of the suite's images.</param>
/// <param name="images">What such images are called, for errors: "grey images (height x width x 1 bytes)".</param>
public abstract class ImageShift(string suite, int channels, string images) : IShift
{
    /// <summary>Given as <c>key=N</c>, every image draws what image N draws: the same noise on all of them.</summary>
    private static readonly ShiftParameter Key = new(
        "key", 0, uint.MaxValue, "every image draws what the image with this index draws", value => value == Math.Floor(value));

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public string Suite => suite;

    /// <inheritdoc/>
    public abstract int DefaultSeverity { get; }

    /// <inheritdoc/>
    public virtual int Severities => 5;

    /// <inheritdoc/>
    public IReadOnlyList<ShiftParameter> Parameters => Draws ? [.. OwnParameters, Key] : OwnParameters;

    /// <summary>The parameters but for <c>key</c>, which all shifts that draw have.</summary>
    protected virtual IReadOnlyList<ShiftParameter> OwnParameters => [];

    /// <summary>Whether anything is drawn at random.</summary>
    protected virtual bool Draws => false;

    /// <inheritdoc/>
    public bool AppliesTo(IDataset source) => source.SampleType == DType.UInt8 && source.SampleShape.Rank == 3
        && source.SampleShape[2] == channels && Fits(source.SampleShape);

    /// <inheritdoc/>
    public IDataset Apply(IDataset source, int severity, ulong seed, IReadOnlyDictionary<string, string>? parameters = null)
    {
        if (severity < 1 || severity > Severities)
            throw new UsageException($"The shift {Name} has no severity {severity}; it has "
                + (Severities == 1 ? "only severity 1." : $"1 to {Severities}."));
        if (!AppliesTo(source))
            throw new UsageException($"The shift {Name} of {suite} needs {images}, "
                + $"but samples of {source.Name} are {source.SampleType} of {source.SampleShape}; choose another shift or data set.");
        var given = new ShiftParameters(Name, Parameters, parameters);
        var strength = Severities == 1 ? "" : $"{severity}";
        return new ShiftedDataset(source, $"{source.Name}+{Name}{strength}{given}{Remark}", seed, StableHash.Of(Name),
            Prepare(severity, given, source.SampleShape), Draws ? (uint?)given["key"] : null);
    }

    /// <summary>What the names of its sets say last, such as which of two materials was used; usually nothing.</summary>
    protected virtual string Remark => "";

    /// <summary>Whether the corruption is defined for images of this size; most are for any.</summary>
    protected virtual bool Fits(Shape shape) => true;

    /// <summary>Everything that is the same for all images, done once; returns what is done to each, on any thread.</summary>
    /// <param name="severity">1 to <see cref="Severities"/>, checked.</param>
    /// <param name="given">The user's values, checked.</param>
    /// <param name="shape">Height x width x channels.</param>
    protected abstract Corruption Prepare(int severity, ShiftParameters given, Shape shape);
}
