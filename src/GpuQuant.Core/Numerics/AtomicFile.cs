namespace GpuQuant.Numerics;

/// <summary>
/// Writes files whole or not at all: to a temporary name in the same folder, flushed to the disk, then renamed over the final name.
/// A reader, or a run after a crash, sees the old file or the new one, never a part of one.
/// </summary>
public static class AtomicFile
{
    /// <summary>Writes one file through <paramref name="write"/>; makes its folder if that does not exist.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="write">Writes the whole content. If it throws, nothing remains and an existing file stays as it was.</param>
    /// <exception cref="UsageException">The path is empty.</exception>
    /// <exception cref="DataException">The file cannot be written: read-only folder, full disk, impossible path.</exception>
    /// <example><c>AtomicFile.Write("runs/a/metrics.json", stream => stream.Write(bytes))</c></example>
    public static void Write(string path, Action<Stream> write)
    {
        if (path.Length == 0)
            throw new UsageException("A file without a name cannot be written; give the path of the file to write.");
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
                Directory.CreateDirectory(folder);
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error)
        {
            Discard(temporary);
            if (WriteFailure.Handles(error))
                throw WriteFailure.Explain(path, error);
            throw;
        }
    }

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception error) when (WriteFailure.Handles(error))
        {
            // The first error is the one to report; a temporary file that cannot be removed harms nobody.
        }
    }
}
