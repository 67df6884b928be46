using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>Where data sets lie: the default folder, and how a file of a set is found in a data folder.</summary>
public static class DataDirectory
{
    /// <summary>The environment variable that names the data folder when <c>--data-dir</c> is not given.</summary>
    public const string Variable = "GPUQUANT_DATA";

    /// <summary>
    /// The folder used without <c>--data-dir</c>: <c>GPUQUANT_DATA</c>, else the system's cache folder, which is
    /// <c>~/.cache/gpuquant/data</c> (or below <c>XDG_CACHE_HOME</c>) on Linux, <c>~/Library/Caches/gpuquant/data</c> on macOS and
    /// <c>%LOCALAPPDATA%\gpuquant\data</c> on Windows.
    /// </summary>
    public static string Default =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : Path.Combine(CacheFolder(), "gpuquant", "data");

    /// <summary>The folders where a set's files may lie, the preferred one first: <c>DIR/mnist</c>, then <c>DIR</c>.</summary>
    public static IReadOnlyList<string> Folders(string dataDirectory, string set) => [Path.Combine(dataDirectory, set), dataDirectory];

    /// <summary>The path of a set's file, plain or compressed, or null where there is none.</summary>
    /// <param name="dataDirectory">The data folder.</param>
    /// <param name="set">The set's name, <c>mnist</c>.</param>
    /// <param name="plainName">The file's name without <c>.gz</c> or <c>.br</c>.</param>
    public static string? Find(string dataDirectory, string set, string plainName) => Folders(dataDirectory, set)
        .Select(folder => CompressedFile.Find(folder, plainName)).FirstOrDefault(path => path is not null);

    /// <summary>The path of a set's file, plain or compressed.</summary>
    /// <param name="dataDirectory">The data folder.</param>
    /// <param name="set">The set's name, <c>mnist</c>.</param>
    /// <param name="plainName">The file's name without <c>.gz</c> or <c>.br</c>.</param>
    /// <exception cref="DataException">It is in neither folder; names the folder, the file and the two ways out.</exception>
    public static string Require(string dataDirectory, string set, string plainName)
    {
        if (Find(dataDirectory, set, plainName) is { } path)
            return path;
        var lack = Directory.Exists(dataDirectory) ? "has no file" : "does not exist, so there is no file";
        throw new DataException($"The data folder '{dataDirectory}' {lack} '{plainName}' (plain, .gz or .br), which {set} is read from; "
            + $"fetch it with 'gpuquant data get {set}', or name the folder that holds it with --data-dir.");
    }

    /// <summary>The system's folder for what can be made or fetched again.</summary>
    internal static string CacheFolder()
    {
        if (OperatingSystem.IsWindows())
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsMacOS())
            return Path.Combine(home, "Library", "Caches");
        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(home, ".cache");
    }
}
