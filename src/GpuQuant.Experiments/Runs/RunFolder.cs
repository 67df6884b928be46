using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>
/// The folder of one run, named by its configuration: the first 12 hexadecimal digits of the SHA-256 of its canonical JSON. It holds
/// <c>config.json</c>, <c>environment.json</c>, <c>log.txt</c>, what the run itself writes, and, last, <c>finished</c>. While it is
/// open no other process can open it; the lock ends with the process, however that ends.
/// </summary>
/// <example>
/// <code>
/// using var run = RunFolder.Open("runs/study", configuration, device.Name);
/// if (run.IsFinished) return;
/// run.Log("training");
/// trainer.Run();
/// run.Finish();
/// </code>
/// </example>
public sealed class RunFolder : IDisposable
{
    private const string ConfigurationFile = "config.json", EnvironmentFile = "environment.json", LogFile = "log.txt";
    private const string FinishedFile = "finished", LockFile = "lock";
    private const int NameLength = 12;

    private readonly FileStream _lock;

    private RunFolder(string path, FileStream @lock) => (Path, _lock) = (path, @lock);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Its name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Whether the run was finished, now or earlier; then there is nothing to compute.</summary>
    public bool IsFinished => File.Exists(FileOf(FinishedFile));

    /// <summary>The folder name of a configuration: 12 hexadecimal digits.</summary>
    /// <exception cref="UsageException">The configuration holds a number too large for a double.</exception>
    public static string NameOf(JsonObject configuration) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson.Write(configuration))))[..NameLength];

    /// <summary>Whether a configuration's run is finished. Takes no lock, so it also answers while another process computes.</summary>
    public static bool IsFinishedIn(string root, JsonObject configuration) =>
        File.Exists(System.IO.Path.Combine(root, NameOf(configuration), FinishedFile));

    /// <summary>Makes the folder of a configuration, or opens the one that a broken or finished run left.</summary>
    /// <param name="root">The folder of the runs; made where it does not exist.</param>
    /// <param name="configuration">All that decides the run's result.</param>
    /// <param name="device">The device's name, for <c>environment.json</c>.</param>
    /// <exception cref="UsageException">Another process computes this run.</exception>
    /// <exception cref="DataException">The folder holds another configuration or is not a run's, or cannot be written.</exception>
    public static RunFolder Open(string root, JsonObject configuration, string device) =>
        TryOpen(root, configuration, device) ?? throw new UsageException(
            $"Another process computes the run '{System.IO.Path.Combine(root, NameOf(configuration))}'; "
            + "wait for its end or choose another --out.");

    /// <summary>As <see cref="Open"/>, but null where another process computes this run.</summary>
    /// <exception cref="DataException">The folder holds another configuration or is not a run's, or cannot be written.</exception>
    public static RunFolder? TryOpen(string root, JsonObject configuration, string device)
    {
        var path = System.IO.Path.Combine(root, NameOf(configuration));
        var held = Guarded(path, () =>
        {
            Directory.CreateDirectory(path);
            return RunLock.TryTake(System.IO.Path.Combine(path, LockFile));
        });
        if (held is null)
            return null;
        var run = new RunFolder(path, held);
        try
        {
            run.Prepare(configuration, device);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>The path of one of the run's files.</summary>
    /// <param name="name">The file's name within the folder.</param>
    public string FileOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Adds a line with the time (UTC) to <c>log.txt</c>.</summary>
    /// <exception cref="DataException">The log cannot be written.</exception>
    public void Log(string line)
    {
        var text = line.ReplaceLineEndings("\n    ");
        var entry = string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'} {text}\n");
        Guarded(FileOf(LogFile), () =>
        {
            File.AppendAllText(FileOf(LogFile), entry);
            return true;
        });
    }

    /// <summary>Marks the run as finished. The last thing to do: all files must be written before.</summary>
    /// <exception cref="DataException">The mark cannot be written.</exception>
    public void Finish()
    {
        Log("finished");
        AtomicFile.Write(FileOf(FinishedFile), _ => { });
    }

    /// <summary>Lets other processes open the run.</summary>
    public void Dispose() => _lock.Dispose();

    private void Prepare(JsonObject configuration, string device)
    {
        if (File.Exists(FileOf(ConfigurationFile)))
            CheckSame(configuration);
        else if (Guarded(Path, () => Directory.EnumerateFileSystemEntries(Path).FirstOrDefault(IsForeign)) is { } foreign)
            throw new DataException($"'{Path}' has no {ConfigurationFile} but holds '{System.IO.Path.GetFileName(foreign)}': "
                + "it is no run's folder; move it away or choose another --out.");
        else
            Write(ConfigurationFile, CanonicalJson.Write(configuration, indented: true));
        if (IsFinished)
            return;
        var environment = RunEnvironment.Capture(device);
        Write(EnvironmentFile, environment.ToJson());
        Log($"opened; commit {environment.Commit ?? "unknown"}, {device}");
    }

    // What a process that was killed between two files may leave behind.
    private static bool IsForeign(string path) =>
        System.IO.Path.GetFileName(path) != LockFile && !path.EndsWith(".tmp", StringComparison.Ordinal);

    private void CheckSame(JsonObject configuration)
    {
        string found;
        try
        {
            found = CanonicalJson.Write(JsonNode.Parse(File.ReadAllText(FileOf(ConfigurationFile))));
        }
        catch (Exception error) when (
            error is JsonException or ArgumentException or UsageException or IOException or UnauthorizedAccessException)
        {
            throw new DataException($"'{FileOf(ConfigurationFile)}' cannot be read ({error.Message.TrimEnd('.')}); "
                + "remove the folder to compute the run again, or choose another --out.", error);
        }
        if (found != CanonicalJson.Write(configuration))
            throw new DataException($"'{Path}' holds the run of another configuration ({ConfigurationFile} differs); "
                + "move it away or choose another --out.");
    }

    private void Write(string name, string text) =>
        AtomicFile.Write(FileOf(name), stream => stream.Write(Encoding.UTF8.GetBytes(text + "\n")));

    private static T Guarded<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"Cannot use '{path}': {error.Message.TrimEnd('.')}; choose a folder that you may write to.", error);
        }
    }
}
