using System.IO.Compression;
using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>NumPy's archives .npz: a zip file with one .npy file per named array, as <c>numpy.savez</c> writes them.</summary>
/// <example><c>numpy.savez("w.npz", kernel=k)</c> gives the array <c>kernel</c>.</example>
public static class NpzFile
{
    private const string Ending = ".npy";

    /// <summary>Reads all arrays by name.</summary>
    /// <exception cref="DataException">The file is missing or damaged, or an array is of a type or order that is not supported.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            var arrays = new Dictionary<string, Tensor>();
            foreach (var entry in zip.Entries.Where(entry => entry.FullName.EndsWith(Ending, StringComparison.Ordinal)))
                if (!arrays.TryAdd(entry.FullName[..^Ending.Length], Read(entry, $"{path}/{entry.FullName}")))
                    throw new DataException($"'{path}' holds '{entry.FullName}' twice; write it again with numpy.savez.");
            return arrays;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new DataException($"'{path}' cannot be read as an .npz archive: {error.Message.TrimEnd('.')}; check the path, or write it "
                + "again with numpy.savez.", error);
        }
    }

    private static Tensor Read(ZipArchiveEntry entry, string name)
    {
        if (entry.Length > Array.MaxLength)
            throw new DataException($"'{name}' holds {entry.Length} bytes, more than the {Array.MaxLength} of the largest array.");
        // Copied, since a .npy file is checked against its length, and no further than the archive announces.
        var bytes = new byte[entry.Length];
        using var content = entry.Open();
        content.ReadExactly(bytes);
        using var copy = new MemoryStream(bytes);
        return NpyFile.Read(copy, name);
    }
}
