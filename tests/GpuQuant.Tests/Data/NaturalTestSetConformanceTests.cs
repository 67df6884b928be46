using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

/// <summary>What every natural test set in the catalogue must do, without being named here.</summary>
public class NaturalTestSetConformanceTests
{
    public static TheoryData<string> All() => [.. Catalog.All<INaturalTestSet>().Select(set => set.Name)];

    [Theory]
    [MemberData(nameof(All))]
    public void Set_DescribesItselfAndPinsItsFiles(string name)
    {
        var set = Catalog.Get<INaturalTestSet>("test set", name);
        Assert.Matches("^[a-z][a-z0-9_.-]*$", set.Name);
        Assert.NotEmpty(set.Description);
        Assert.Contains(set.DataSet, Catalog.All<IDataSource>().Select(source => source.Name));
        Assert.All(set.Files, file =>
        {
            Assert.Matches("^([0-9a-f]{64}|[0-9a-f]{32})$", file.Hash);
            Assert.True(file.Size > 0);
            // What no mirror has must be got by hand, and the set says how.
            Assert.True(file.Mirrors.Count > 0 || set.ByHand is not null);
            Assert.All(file.Mirrors, mirror => Assert.Equal("https", mirror.Scheme));
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Load_WithoutFiles_IsADataErrorUnlessEmbedded(string name)
    {
        var set = Catalog.Get<INaturalTestSet>("test set", name);
        using var folder = new TemporaryFolder();
        Assert.Equal(set.IsEmbedded, set.IsPresent(folder.Path));
        if (!set.IsEmbedded)
        {
            Assert.Contains(folder.Path, Assert.Throws<DataException>(() => set.Load(folder.Path)).Message);
            return;
        }
        // Models of the data set can be tested on it as it is.
        var original = Catalog.Get<IDataSource>("data set", set.DataSet).Load(DataPart.Test, folder.Path);
        var loaded = set.Load(folder.Path);
        Assert.Equal((original.Classes, original.SampleShape), (loaded.Classes, loaded.SampleShape));
        Assert.Equal(original.SampleType, loaded.SampleType);
        Assert.NotEqual(original.Name, loaded.Name);
    }
}
