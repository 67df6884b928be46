using System.Globalization;
using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>
/// Opens the test sets of one data set: the original, natural ones, and shifted ones, which are read from the published files where the
/// data folder holds them, else from the cache, else computed and kept there.
/// </summary>
/// <example>
/// <code>
/// var opener = new TestSetOpener("mnist", original, "data", known) { Cache = new ShiftCache("cache", Console.Error.WriteLine) };
/// var fog = opener.Open(TestSet.Parse("fog", known));
/// Console.WriteLine(fog.Origin);      // published, or generated
/// var samples = fog.Load();
/// </code>
/// </example>
public sealed class TestSetOpener
{
    private readonly string _dataSet, _dataDirectory;
    private readonly IDataset _original;
    private readonly KnownTestSets _known;
    private readonly Lazy<IReadOnlyList<IShift>> _shifts;
    private readonly Lazy<string> _hash;

    /// <summary>Makes an opener; nothing is read yet.</summary>
    /// <param name="dataSet">The data set's name: <c>mnist</c>.</param>
    /// <param name="original">Its original test set, whole.</param>
    /// <param name="dataDirectory">The data folder (<c>--data-dir</c>).</param>
    /// <param name="known">What there is.</param>
    public TestSetOpener(string dataSet, IDataset original, string dataDirectory, KnownTestSets known)
    {
        (_dataSet, _original, _dataDirectory, _known) = (dataSet, original, dataDirectory, known);
        _shifts = new(() => known.Shifts.WithPictures(dataDirectory));
        _hash = new(() => SampleHash.Of(First(original)));
    }

    /// <summary>Only the first samples of each test set; null: all.</summary>
    public int? Samples { get; init; }

    /// <summary>Where computed sets are kept; null: nowhere.</summary>
    public ShiftCache? Cache { get; init; }

    /// <summary>Finds a test set; its samples are read or computed later.</summary>
    /// <exception cref="UsageException">The data set has no such test set.</exception>
    /// <exception cref="DataException">A picture that a shift overlays cannot be read.</exception>
    public OpenedTestSet Open(TestSet set)
    {
        if (set.Name == TestSet.Original)
            return new(set.Name, OpenedTestSet.OriginalOrigin, (_, _) => First(_original));
        if (set.Steps.Count == 0)
            return OpenNatural(set);
        var chain = set.Chain(_original, _shifts.Value);
        if (FindPublished(chain) is not { } arrays)
            return new(set.Name, OriginOf(chain), (progress, cancellation) => Compute(chain, progress, cancellation));
        var name = $"{_original.Name}+{set.Name}";
        return new(set.Name, OpenedTestSet.PublishedOrigin, (_, _) => First(PublishedSet.Read(name, arrays, _original)));
    }

    private OpenedTestSet OpenNatural(TestSet set)
    {
        var natural = _known.NaturalFor(_dataSet, set.Name) ?? throw new UsageException(
            $"The test set '{set.Name}' does not belong to {_dataSet}, but to "
            + $"{string.Join(" and ", _known.Naturals.Where(other => other.Name == set.Name).Select(other => other.DataSet))}.");
        if (!natural.IsPresent(_dataDirectory))
            throw new DataException($"The test set {set.Name} of {_dataSet} is not in the data folder '{_dataDirectory}'; "
                + $"{natural.ByHand ?? $"fetch it with 'gpuquant data get {set.Name}'"}, or leave it out of the test sets.");
        return new(set.Name, OpenedTestSet.NaturalOrigin, (_, _) => First(Checked(natural.Load(_dataDirectory))));
    }

    private IDataset Checked(IDataset natural)
    {
        var (given, expected) = (FormOf(natural), FormOf(_original));
        return given == expected ? natural : throw new DataException(
            $"The test set {natural.Name} ({given}) does not fit {_original.Name} ({expected}); check its files.");
    }

    private static string FormOf(IDataset set) => FormattableString.Invariant($"{set.SampleType} of {set.SampleShape}, {set.Classes} classes");

    private PublishedArrays? FindPublished(ShiftChain chain)
    {
        if (chain.Steps is not [({ } shift, { } severity)])
            return null;
        var suite = _known.Suites.FirstOrDefault(suite => suite.Name == shift.Suite && suite.DataSet == _dataSet);
        var arrays = suite?.Find(_dataDirectory) is { } folder ? suite.Arrays(folder, shift, severity) : null;
        return arrays is not null && File.Exists(arrays.Images) ? arrays : null;
    }

    private static string OriginOf(ShiftChain chain) => chain.Pictures switch
    {
        null => OpenedTestSet.GeneratedOrigin,
        { HasPictures: true } => OpenedTestSet.GivenPicturesOrigin,
        _ => OpenedTestSet.OwnPicturesOrigin,
    };

    private IDataset Compute(ShiftChain chain, Action<int, int>? progress, CancellationToken cancellation)
    {
        var computed = chain.Apply(First(_original), chain.DefaultSeverity, TestSet.Seed);
        if ((long)computed.Count * computed.SampleBytes() > ShiftCache.MostBytes)
            return computed;
        return Cache?.Get(computed, Recipe(chain), progress, cancellation)
            ?? new InMemoryDataset(computed.Name, computed.ReadAll(progress, cancellation), computed);
    }

    /// <summary>What decides a computed set's bytes: the data and, per step, the shift, its severity, seed, pictures and version.</summary>
    private string Recipe(ShiftChain chain) => string.Join('\n', chain.Steps.Select((step, number) => string.Create(
        CultureInfo.InvariantCulture, $"{step.Shift.Suite}/{step.Shift.Name} severity {step.Severity} seed {TestSet.Seed + (ulong)number} "
            + $"pictures {(step.Shift as IReadsPictures)?.HasPictures} version {step.Shift.Version}")).Prepend(_hash.Value));

    private IDataset First(IDataset set) => Subset.First(set, Samples ?? int.MaxValue);
}
