using GpuQuant.Data;
using GpuQuant.Data.Downloads;
using GpuQuant.Experiments;
using GpuQuant.Shifts;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

/// <summary>The sizes and hashes that data sets, natural test sets and suites pin for the files that they fetch.</summary>
public sealed class PinnedFilesTests
{
    private static IEnumerable<(string Folder, RemoteFile File)> All =>
    [
        .. Catalog.All<IDataSource>().SelectMany(source => source.Files.Select(file => (source.Name, file))),
        .. Catalog.All<INaturalTestSet>().SelectMany(set => set.Files.Select(file => (set.Folder, file))),
        .. Catalog.All<IShiftSuite>().SelectMany(suite => suite.Files.Select(file => (suite.Name, file))),
    ];

    /// <summary>A hash that stands for two files was copied to the wrong line.</summary>
    [Fact]
    public void Hashes_OfDifferentFiles_Differ()
    {
        var repeated = All.Select(entry => (entry.File.Name, entry.File.Hash)).Distinct()
            .GroupBy(entry => entry.Hash).Where(group => group.Count() > 1);
        Assert.Empty(repeated.SelectMany(group => group.Select(entry => entry.Name)));
    }

    [Fact]
    public void Files_InTheDataFolder_HaveThePinnedHashes()
    {
        var directory = RealData.RequireMnist();
        var wrong = All.SelectMany(entry => DataVerifier.Verify(entry.Folder, [entry.File], directory))
            .Where(check => check.State is not (FileState.Valid or FileState.Missing));
        Assert.Empty(wrong.Select(check => $"{check.Path}: {check.Detail}"));
    }
}
