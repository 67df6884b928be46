using GpuQuant.Data;

namespace GpuQuant.Tests.Support;

/// <summary>The folder of real data sets, where this machine has one.</summary>
internal static class RealData
{
    /// <summary>GPUQUANT_DATA, else <c>../shared/data</c> beside the repository; skips the test where neither holds MNIST.</summary>
    public static string RequireMnist()
    {
        foreach (var folder in Candidates())
            if (DataDirectory.Find(folder, "mnist", "train-images-idx3-ubyte") is not null)
                return folder;
        Assert.Skip("MNIST is not here: set GPUQUANT_DATA to a folder that holds it, or run 'gpuquant data get mnist'.");
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
