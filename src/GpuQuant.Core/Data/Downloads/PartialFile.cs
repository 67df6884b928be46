using System.Security.Cryptography;
using GpuQuant.Numerics;

namespace GpuQuant.Data.Downloads;

/// <summary>
/// The growing <c>.part</c> file beside a download's target. It outlives a broken connection and a killed program, so that the next
/// attempt continues; it becomes the target, by renaming, only when it is whole and right.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private readonly string _target;
    private readonly string _path;
    private readonly FileStream _stream;

    /// <summary>Opens what an earlier attempt left, or begins anew; nobody else may write it meanwhile.</summary>
    /// <exception cref="DataException">The folder cannot be made or written.</exception>
    public PartialFile(string target)
    {
        (_target, _path) = (target, target + ".part");
        _stream = Guard(() =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
            return new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, useAsync: true);
        });
        _stream.Position = Length = _stream.Length;
    }

    /// <summary>Bytes present.</summary>
    public long Length { get; private set; }

    /// <summary>Throws away what there is.</summary>
    public void Clear()
    {
        Guard(() => _stream.SetLength(0));
        Length = 0;
    }

    /// <summary>Appends bytes.</summary>
    /// <exception cref="DataException">The disk is full or failed.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _stream.Write(bytes);
        }
        catch (Exception error) when (WriteFailure.Handles(error))
        {
            throw WriteFailure.Explain(_target, error);
        }
        Length += bytes.Length;
    }

    /// <summary>The hash of what there is.</summary>
    public async Task<string> HashAsync(HashAlgorithmName algorithm, CancellationToken cancellation)
    {
        _stream.Position = 0;
        var hash = await FileHash.OfAsync(_stream, algorithm, cancellation).ConfigureAwait(false);
        _stream.Position = Length;
        return hash;
    }

    /// <summary>Makes it the target.</summary>
    public void Commit() => Guard(() =>
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(_path, _target, overwrite: true);
    });

    /// <summary>Closes the file; an empty one is removed.</summary>
    public void Dispose()
    {
        var empty = _stream.CanWrite && Length == 0;
        _stream.Dispose();
        if (empty)
            File.Delete(_path);
    }

    private void Guard(Action action) => Guard(() =>
    {
        action();
        return true;
    });

    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (WriteFailure.Handles(error))
        {
            throw WriteFailure.Explain(_target, error);
        }
    }
}
