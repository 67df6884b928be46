using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Shifts;

namespace GpuQuant.Experiments;

/// <summary>A data set's parts and test sets as a sweep's runs share them; each is read when first needed.</summary>
internal sealed class SweepData
{
    private readonly Lazy<IDataset> _train, _test;
    private readonly Lazy<OpenedTestSet[]> _testSets;

    public SweepData(IDataSource source, Sweep sweep)
    {
        var folder = sweep.DataDirectory ?? DataDirectory.Default;
        _train = new(() => Subset.First(source.Load(DataPart.Train, folder), sweep.TrainSamples ?? int.MaxValue));
        _test = new(() => source.Load(DataPart.Test, folder));
        // Names are understood at once, before any data are read.
        var sets = Parse(source, sweep);
        _testSets = new(() =>
        {
            var opener = new TestSetOpener(source.Name, Test, folder, TestSetCatalog.All)
            {
                Samples = sweep.TestSamples,
                Cache = new ShiftCache(sweep.CacheDirectory ?? ShiftCache.DefaultFolder, sweep.Quiet ? _ => { } : Console.Error.WriteLine),
            };
            return [.. sets.Select(opener.Open)];
        });
    }

    public IDataset Train => _train.Value;

    public IDataset Test => _test.Value;

    public IReadOnlyList<OpenedTestSet> TestSets => _testSets.Value;

    private static TestSet[] Parse(IDataSource source, Sweep sweep)
    {
        var known = TestSetCatalog.All;
        var names = sweep.TestSets ?? known.Of(source);
        TestSet[] sets = [.. names.Select(name => TestSet.Parse(name, known)).SelectMany(set => AtSeverities(set, sweep.Severities))];
        return sets.Length > 0
            ? sets
            : throw new UsageException("The sweep has no test set; name at least one, such as original.");
    }

    private static IEnumerable<TestSet> AtSeverities(TestSet set, IReadOnlyList<int>? severities)
    {
        if (severities is null || set.Steps is not [{ Severity: null } step])
            return [set];
        var most = TestSetCatalog.All.Shifts.Where(shift => shift.Name == step.Name).Max(shift => shift.Severities);
        return most == 1 ? [set] : severities.Where(severity => severity <= most)
            .Select(severity => TestSet.Parse(FormattableString.Invariant($"{set.Name}:{severity}"), TestSetCatalog.All));
    }
}
