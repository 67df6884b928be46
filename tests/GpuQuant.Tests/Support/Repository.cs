namespace GpuQuant.Tests.Support;

/// <summary>The repository's sources, for tests about the code itself.</summary>
internal static class Repository
{
    /// <summary>The folder of GpuQuant.sln above the test program; skips the test where the program runs away from its sources.</summary>
    public static string RequireRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "GpuQuant.sln")))
                return folder.FullName;
        Assert.Skip("The sources are not here: GpuQuant.sln stands in no folder above the test program.");
        return "";
    }

    /// <summary>All files under some folders of the repository, without what builds leave there.</summary>
    public static IEnumerable<string> Files(string pattern, params string[] folders) => folders
        .Select(folder => Path.Combine(RequireRoot(), folder))
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories))
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
        .Order(StringComparer.Ordinal);

    /// <summary>A file's path from the root on, with slashes.</summary>
    public static string Relative(string file) => Path.GetRelativePath(RequireRoot(), file).Replace('\\', '/');

    /// <summary>Fails with all findings, one a line.</summary>
    public static void AssertNone(IEnumerable<string> findings)
    {
        var all = findings.ToArray();
        Assert.True(all.Length == 0, string.Join('\n', all));
    }
}
