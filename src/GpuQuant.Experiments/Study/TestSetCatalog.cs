using GpuQuant.Data;
using GpuQuant.Shifts;

namespace GpuQuant.Experiments;

/// <summary>The test sets of this program.</summary>
public static class TestSetCatalog
{
    /// <summary>Every shift, natural test set and published suite of the catalogue.</summary>
    public static KnownTestSets All => new(Catalog.All<IShift>(), Catalog.All<INaturalTestSet>(), Catalog.All<IShiftSuite>());
}
