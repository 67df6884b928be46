using GpuQuant.Data;

namespace GpuQuant.Shifts;

/// <summary>Everything that a test set's name can mean, beside <c>original</c>; usually all entries of the catalogue.</summary>
/// <param name="Shifts">The shifts.</param>
/// <param name="Naturals">The test sets that were collected elsewhere.</param>
/// <param name="Suites">The published benchmarks that the shifts belong to.</param>
public sealed record KnownTestSets(
    IReadOnlyList<IShift> Shifts, IReadOnlyList<INaturalTestSet> Naturals, IReadOnlyList<IShiftSuite> Suites)
{
    /// <summary>Every name but those of chains: <c>original</c>, the natural test sets, the shifts.</summary>
    public IEnumerable<string> Names =>
        Naturals.Select(natural => natural.Name).Concat(Shifts.Select(shift => shift.Name)).Prepend(TestSet.Original).Distinct();

    /// <summary>
    /// The test sets of the study for a data set: the original and every shift of its suite, or its natural test sets where it has no
    /// suite.
    /// </summary>
    /// <param name="source">The data set.</param>
    /// <example>imdb: original, cr, yelp. glyphs: original and the shifts of MNIST-C.</example>
    public IReadOnlyList<string> Of(IDataSource source) =>
    [
        TestSet.Original,
        .. source.Suite is { } suite
            ? Shifts.Where(shift => shift.Suite == suite).Select(shift => shift.Name)
            : Naturals.Where(natural => natural.DataSet == source.Name).Select(natural => natural.Name),
    ];

    /// <summary>The natural test set of that name for a data set; null where there is none.</summary>
    public INaturalTestSet? NaturalFor(string dataSet, string name) =>
        Naturals.FirstOrDefault(natural => natural.DataSet == dataSet && natural.Name == name);
}
