namespace GpuQuant.Data.Downloads;

/// <summary>Puts an archive's entries into a folder, counting them and checking each name.</summary>
internal sealed class ArchiveWriter(
    string archive, string folder, ArchiveLimits limits, Action<long>? progress, CancellationToken cancellation)
{
    private const int BufferSize = 1 << 16;
    private readonly byte[] _buffer = new byte[BufferSize];
    private long _bytes;
    private int _entries;

    public string Archive => archive;

    public void AddFolder(string name)
    {
        var path = PathOf(name);
        SafeArchive.Guard(name, () => Directory.CreateDirectory(path));
    }

    public void AddFile(string name, Stream content)
    {
        var path = PathOf(name);
        if (path == folder || Path.Exists(path))
            throw SafeArchive.Refused(archive, name, "comes twice or has no name");
        SafeArchive.Guard(name, () => Directory.CreateDirectory(Path.GetDirectoryName(path)!));
        FileStream? file = null;
        SafeArchive.Guard(name, () => file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None));
        using (file)
        {
            Copy(name, content, file!);
            SafeArchive.Guard(name, () => file!.Flush(flushToDisk: true));
        }
    }

    // What is counted is what arrives: the sizes that an archive states may be wrong.
    private void Copy(string name, Stream content, FileStream file)
    {
        while (content.Read(_buffer) is var count and > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            _bytes += count;
            if (_bytes > limits.Bytes)
                throw SafeArchive.TooMuch(archive, $"{limits.Bytes} bytes");
            SafeArchive.Guard(name, () => file.Write(_buffer.AsSpan(0, count)));
            progress?.Invoke(_bytes);
        }
    }

    private string PathOf(string name)
    {
        if (++_entries > limits.Entries)
            throw SafeArchive.TooMuch(archive, $"{limits.Entries} files and folders");
        if (name.Length == 0 || name[0] == '/')
            throw SafeArchive.Refused(archive, name, "is an absolute path");
        // A colon begins a drive or a hidden stream on Windows, and a backslash separates folders there.
        if (name.Any(letter => letter is ':' or '\\' || char.IsControl(letter)))
            throw SafeArchive.Refused(archive, name, "has a colon, backslash or control character in its name");
        var parts = name.Split('/').Where(part => part is not ("" or ".")).ToArray();
        if (parts.Any(part => part == ".." || part.EndsWith('.') || part.EndsWith(' ')))
            throw SafeArchive.Refused(archive, name, "leads out of the folder, or has a part that ends in a dot or a blank");
        return Path.Combine([folder, .. parts]);
    }
}
