using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

/// <summary>What every data set in the catalogue must do, without being named here.</summary>
public class DataSourceConformanceTests
{
    public static TheoryData<string> All() => [.. Catalog.All<IDataSource>().Select(source => source.Name)];

    public static TheoryData<string> Embedded() =>
        [.. Catalog.All<IDataSource>().Where(source => source.IsEmbedded).Select(source => source.Name)];

    [Fact]
    public void Catalogue_HasTheSetsOfTheStudy() => Assert.Superset(
        new HashSet<string> { "glyphs", "mnist" }, Catalog.All<IDataSource>().Select(source => source.Name).ToHashSet());

    [Theory]
    [MemberData(nameof(All))]
    public void Source_DescribesItselfAndPinsItsFiles(string name)
    {
        var source = Catalog.Get<IDataSource>("data set", name);
        Assert.Matches("^[a-z][a-z0-9_]*$", source.Name);
        Assert.NotEmpty(source.Description);
        Assert.Equal(source.Files.Count, source.Files.Select(file => file.Name).Distinct().Count());
        Assert.All(source.Files, file =>
        {
            Assert.Matches("^([0-9a-f]{64}|[0-9a-f]{32})$", file.Hash);
            Assert.True(file.Size > 0);
            Assert.Equal(Path.GetFileName(file.Name), file.Name);
            Assert.NotEmpty(file.Mirrors);
            Assert.All(file.Mirrors, mirror => Assert.Equal("https", mirror.Scheme));
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Load_WithoutFiles_IsADataErrorUnlessEmbedded(string name)
    {
        var source = Catalog.Get<IDataSource>("data set", name);
        using var folder = new TemporaryFolder();
        if (source.IsEmbedded)
            Assert.True(source.Load(DataPart.Test, folder.Path).Count > 0);
        else
            Assert.Contains(folder.Path, Assert.Throws<DataException>(() => source.Load(DataPart.Test, folder.Path)).Message);
    }

    [Theory]
    [MemberData(nameof(Embedded))]
    public void Load_Twice_GivesTheSameBytesFromAnyThread(string name)
    {
        var source = Catalog.Get<IDataSource>("data set", name);
        var (first, second) = (source.Load(DataPart.Test, ""), source.Load(DataPart.Test, ""));
        Assert.Equal(first.Count, second.Count);
        Assert.StartsWith(name + "/", first.Name, StringComparison.Ordinal);
        Assert.NotEqual(first.Name, source.Load(DataPart.Train, "").Name);
        Parallel.For(0, first.Count, i =>
        {
            Assert.Equal(first.Label(i), second.Label(i));
            Assert.True(first.Sample(i).AsSpan().SequenceEqual(second.Sample(i)), $"sample {i} differs");
            Assert.InRange(first.Label(i), 0, first.Classes - 1);
        });
    }
}
