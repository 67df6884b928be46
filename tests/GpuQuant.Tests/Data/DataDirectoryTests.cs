using GpuQuant.Data;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

public class DataDirectoryTests
{
    [Fact]
    public void Find_PlainAndCompressed_PrefersSubfolderAndPlain()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(DataDirectory.Find(folder.Path, "set", "file"));
        var outer = folder.Write("file", [1]);
        Assert.Equal(outer, DataDirectory.Find(folder.Path, "set", "file"));
        var brotli = folder.Write(Path.Combine("set", "file.br"), [1]);
        Assert.Equal(brotli, DataDirectory.Find(folder.Path, "set", "file"));
        var gzip = folder.Write(Path.Combine("set", "file.gz"), [1]);
        Assert.Equal(gzip, DataDirectory.Find(folder.Path, "set", "file"));
        var plain = folder.Write(Path.Combine("set", "file"), [1]);
        Assert.Equal(plain, DataDirectory.Find(folder.Path, "set", "file"));
    }

    [Fact]
    public void Default_IsTheVariableOrTheCacheFolder()
    {
        var given = Environment.GetEnvironmentVariable(DataDirectory.Variable);
        if (string.IsNullOrEmpty(given))
            Assert.EndsWith(Path.Combine("gpuquant", "data"), DataDirectory.Default);
        else
            Assert.Equal(given, DataDirectory.Default);
        Assert.True(Path.IsPathRooted(DataDirectory.Default) || !string.IsNullOrEmpty(given));
    }
}
