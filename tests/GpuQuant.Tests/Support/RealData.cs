using GpuQuant.Data;

namespace GpuQuant.Tests.Support;

/// <summary>The folder of real data sets, where this machine has one.</summary>
internal static class RealData
{
    /// <summary>The folder that holds MNIST (<see cref="Require"/>).</summary>
    public static string RequireMnist() => Require(new MnistSource());

    /// <summary>GPUQUANT_DATA, else <c>../shared/data</c> beside the repository; skips the test where neither holds the set.</summary>
    public static string Require(IDataSource source)
    {
        if (Candidates().FirstOrDefault(source.IsPresent) is { } folder)
            return folder;
        Assert.Skip($"{source.Name} is not here: set GPUQUANT_DATA to a folder that holds it, or run 'gpuquant data get {source.Name}'.");
        return "";
    }

    /// <summary>The same for a natural test set.</summary>
    public static string Require(INaturalTestSet set)
    {
        if (Candidates().FirstOrDefault(set.IsPresent) is { } folder)
            return folder;
        Assert.Skip($"{set.Name} is not here: set GPUQUANT_DATA to a folder that holds it.");
        return "";
    }

    private static IEnumerable<string> Candidates()
    {
        yield return DataDirectory.Default;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "GpuQuant.sln")))
                yield return Path.Combine(folder.FullName, "..", "shared", "data");
    }
}
