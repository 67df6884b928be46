using System.Formats.Tar;
using System.IO.Compression;
using GpuQuant.Numerics;

namespace GpuQuant.Data.Downloads;

/// <summary>
/// Unpacks .zip, .tar, .tar.gz and .tgz archives that come from elsewhere. Only plain files and folders inside the target are made: an
/// entry that leads out of it (<c>../</c>, an absolute path, a drive letter), a link, a device, or more than the limits allow ends it,
/// and nothing of the archive remains. It is unpacked beside the target and renamed.
/// </summary>
/// <example><c>SafeArchive.Unpack("mnist_c.zip", "data/mnist_c", new ArchiveLimits(2L &lt;&lt; 30), root: "mnist_c")</c></example>
public static class SafeArchive
{
    private const string Advice = "do not use this file; fetch it again from where it is published";

    /// <summary>Unpacks an archive into a folder that does not exist yet, or is empty.</summary>
    /// <param name="archive">The archive; its ending says what it is.</param>
    /// <param name="folder">Receives the archive's files; its parents are made if they do not exist.</param>
    /// <param name="limits">What it may unpack to.</param>
    /// <param name="root">The folder inside the archive that becomes the target, what lies outside it being dropped; empty for all.</param>
    /// <param name="progress">Told of the bytes unpacked so far; null for silence.</param>
    /// <param name="cancellation">Stops; nothing remains.</param>
    /// <exception cref="DataException">
    /// The archive is missing, damaged, of an unknown kind or holds what is refused; the folder is taken or cannot be written.
    /// </exception>
    public static void Unpack(string archive, string folder, ArchiveLimits limits, string root = "", Action<long>? progress = null,
        CancellationToken cancellation = default)
    {
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            throw new DataException($"'{archive}' cannot be unpacked into '{folder}', which exists already; move it away first.");
        var temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            Guard(folder, () => Directory.CreateDirectory(temporary));
            var writer = new ArchiveWriter(archive, temporary, limits, progress, cancellation);
            ReadEntries(archive, writer);
            var content = Path.Combine(temporary, root);
            if (!Directory.Exists(content))
                throw new DataException($"'{archive}' holds no folder '{root}'; {Advice}.");
            Guard(folder, () =>
            {
                if (Directory.Exists(target))
                    Directory.Delete(target);
                Directory.Move(content, target);
            });
        }
        finally
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
    }

    private static void ReadEntries(string archive, ArchiveWriter writer)
    {
        try
        {
            if (archive.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
                ReadZip(archive, writer);
            else if (archive.EndsWith(".tar", StringComparison.OrdinalIgnoreCase))
                ReadTar(File.OpenRead(archive), writer);
            else if (archive.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase)
                || archive.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase))
                ReadTar(new GZipStream(File.OpenRead(archive), CompressionMode.Decompress), writer);
            else
                throw new DataException($"'{archive}' is no archive that can be unpacked; expected .zip, .tar, .tar.gz or .tgz.");
        }
        catch (Exception error) when (error is IOException or InvalidDataException or FormatException or ArgumentException
            or UnauthorizedAccessException or NotSupportedException or InvalidOperationException)
        {
            throw new DataException($"'{archive}' cannot be read as an archive: {error.Message.TrimEnd('.')}; fetch it again.", error);
        }
    }

    private static void ReadZip(string archive, ArchiveWriter writer)
    {
        // The upper half of the attributes holds the Unix file type, where the archive was made on Unix; 0 elsewhere.
        const int TypeMask = 0xF000, PlainFile = 0x8000, Folder = 0x4000;
        using var zip = ZipFile.OpenRead(archive);
        foreach (var entry in zip.Entries)
        {
            var type = (entry.ExternalAttributes >> 16) & TypeMask;
            if (type is not (0 or PlainFile or Folder))
                throw Refused(archive, entry.FullName, "is a link or a device");
            if (type == Folder || entry.FullName.EndsWith('/'))
                writer.AddFolder(entry.FullName);
            else
                using (var content = entry.Open())
                    writer.AddFile(entry.FullName, content);
        }
    }

    private static void ReadTar(Stream stream, ArchiveWriter writer)
    {
        using var tar = new TarReader(stream);
        while (tar.GetNextEntry() is { } entry)
            switch (entry.EntryType)
            {
                case TarEntryType.Directory or TarEntryType.DirectoryList:
                    writer.AddFolder(entry.Name);
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    writer.AddFile(entry.Name, entry.DataStream ?? Stream.Null);
                    break;
                case TarEntryType.GlobalExtendedAttributes:
                    break;
                default:
                    throw Refused(writer.Archive, entry.Name, $"is a {entry.EntryType}");
            }
    }

    internal static DataException Refused(string archive, string entry, string reason) =>
        new($"'{archive}' holds the entry '{entry}', which {reason}: only plain files and folders inside the archive's own folder are "
            + $"unpacked; {Advice}.");

    internal static DataException TooMuch(string archive, string limit) =>
        new($"'{archive}' unpacks to more than {limit}, the limit for it; {Advice}.");

    internal static void Guard(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (WriteFailure.Handles(error))
        {
            throw WriteFailure.Explain(path, error);
        }
    }
}
