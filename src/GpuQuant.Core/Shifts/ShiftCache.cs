using System.Security.Cryptography;
using System.Text;
using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>
/// Keeps computed test sets as .npy files in a folder, so that each is computed once. A file's name holds the hash of everything that
/// decides its bytes; beside it lies the hash of its samples. Files appear whole, and processes that compute the same set at once write
/// the same bytes: none waits for another. What goes wrong with a file costs time, never a result: the set is computed then.
/// </summary>
public sealed class ShiftCache
{
    /// <summary>Larger sets are not kept, and computed while they are read: 1 GiB.</summary>
    public const long MostBytes = 1L << 30;

    // Raised when the files' form changes.
    private const string Format = "gpuquant shift cache 1";
    private readonly string _folder;
    private readonly Action<string> _report;
    private bool _isReadOnly;

    /// <summary>Makes a cache; nothing is read or written yet.</summary>
    /// <param name="folder">Where the files lie; made when the first set is kept.</param>
    /// <param name="report">Told in a sentence of a file that was damaged and of a folder that cannot be written.</param>
    public ShiftCache(string folder, Action<string> report) => (_folder, _report) = (folder, report);

    /// <summary>
    /// The user's own cache folder, <c>~/.cache/gpuquant/shifts</c> on Linux: the data folder may be shared and read-only.
    /// </summary>
    public static string DefaultFolder => Path.Combine(DataDirectory.CacheFolder(), "gpuquant", "shifts");

    /// <summary>The kept set, or the computed one, which is kept for the next time.</summary>
    /// <param name="computed">The set, its samples computed when they are read.</param>
    /// <param name="recipe">Everything that decides its samples.</param>
    /// <param name="progress">Told of the samples computed and of all; null for silence.</param>
    /// <param name="cancellation">Stops the computation; nothing is kept.</param>
    public IDataset Get(IDataset computed, string recipe, Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        var path = PathOf(computed, recipe);
        if (Read(path, computed) is { } kept)
            return kept;
        var set = new InMemoryDataset(computed.Name, computed.ReadAll(progress, cancellation), computed);
        Keep(path, set);
        return set;
    }

    /// <summary>Where the set is or will be kept.</summary>
    public string PathOf(IDataset computed, string recipe)
    {
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Format}\n{recipe}")));
        var readable = string.Concat(computed.Name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));
        return Path.Combine(_folder, $"{readable[..Math.Min(readable.Length, 80)]}-{key[..32]}.npy");
    }

    private static string HashPath(string path) => Path.ChangeExtension(path, ".sha256");

    private InMemoryDataset? Read(string path, IDataset computed)
    {
        // Written last: without it the file beside it is another process's, not ready yet.
        if (!File.Exists(HashPath(path)))
            return null;
        try
        {
            var set = new InMemoryDataset(computed.Name, NpyFile.Read(path), computed);
            if (SampleHash.Of(set) == File.ReadAllText(HashPath(path)).Trim())
                return set;
            _report($"The kept test set '{path}' is damaged: its samples have another hash; it is computed anew.");
        }
        catch (Exception error) when (error is DataException or IOException or UnauthorizedAccessException)
        {
            _report($"The kept test set '{path}' is computed anew: {error.Message}");
        }
        return null;
    }

    private void Keep(string path, InMemoryDataset set)
    {
        if (_isReadOnly)
            return;
        try
        {
            NpyFile.Write(path, set.SampleType, set.SampleShape.Prepend(set.Count), stream => set.ReadBlocks(set.Count, stream.Write));
            AtomicFile.Write(HashPath(path), stream => stream.Write(Encoding.ASCII.GetBytes(SampleHash.Of(set) + "\n")));
        }
        catch (DataException error)
        {
            _isReadOnly = true;
            _report($"{error.Message} Computed test sets are not kept, and this goes on without.");
        }
    }
}
