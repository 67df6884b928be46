using System.Diagnostics;

namespace GpuQuant.Benchmarks;

/// <summary>
/// Builds and starts the comparison with other frameworks, a project of its own: their packages are half a gigabyte, which a normal
/// restore and build must not fetch.
/// </summary>
internal static class PeersProgram
{
    private const string Project = "tests/GpuQuant.Benchmarks/Peers/GpuQuant.Peers.csproj";

    public static int Run(IEnumerable<string> args)
    {
        if (Root() is not { } root)
        {
            Console.Error.WriteLine("The sources of the comparison are not here: GpuQuant.sln stands in no folder above this program.");
            return 2;
        }
        var start = new ProcessStartInfo("dotnet");
        string[] command = ["run", "-c", "Release", "--project", Path.Combine(root, Project), "--", .. args];
        foreach (var argument in command)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private static string? Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "GpuQuant.sln")))
            folder = folder.Parent;
        return folder?.FullName;
    }
}
