using GpuQuant.Numerics;

namespace GpuQuant.Data.Downloads;

/// <summary>
/// Fetches the files of data sets: https only, size and hash checked before a file gets its name, mirrors tried in order,
/// continued where an earlier attempt broke off.
/// </summary>
/// <example><c>await new Downloader().FetchAsync(source.Files[0], "data/mnist")</c></example>
public sealed class Downloader : IDisposable
{
    private readonly MirrorClient _client;

    /// <summary>Makes a downloader; nothing is fetched yet.</summary>
    /// <param name="options">How it behaves; null for the defaults.</param>
    public Downloader(DownloadOptions? options = null) => _client = new MirrorClient(options ?? new DownloadOptions());

    /// <summary>Fetches one file into a folder, unless it is there already and right.</summary>
    /// <param name="file">What to fetch; its content is checked against the pinned size and hash.</param>
    /// <param name="folder">The folder, made if it does not exist.</param>
    /// <param name="progress">Called after every piece, on the downloading thread; null for silence.</param>
    /// <param name="cancellation">Stops the download; what came so far is kept for the next attempt.</param>
    /// <returns>True if it was fetched, false if the file was there already.</returns>
    /// <exception cref="DataException">
    /// No mirror delivered the right file (each one's reason is listed), or the file cannot be written.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<bool> FetchAsync(
        RemoteFile file, string folder, Action<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        var target = Path.Combine(folder, file.Name);
        if (DataVerifier.Check(target, file).State == FileState.Valid)
            return false;
        using var part = new PartialFile(target);
        if (part.Length >= file.Size && !await IsRightAsync(part, file, cancellation).ConfigureAwait(false))
            part.Clear();
        if (part.Length < file.Size)
            await FetchFromAnyAsync(file, folder, part, progress, cancellation).ConfigureAwait(false);
        part.Commit();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task FetchFromAnyAsync(
        RemoteFile file, string folder, PartialFile part, Action<DownloadProgress>? progress, CancellationToken cancellation)
    {
        if (file.Mirrors.Count == 0)
            throw new DataException($"'{file.Name}' cannot be fetched: no address offers it freely; put the file into '{folder}' by hand.");
        var failures = new List<(Uri Mirror, MirrorException Failure)>();
        foreach (var mirror in file.Mirrors)
        {
            try
            {
                await FetchFromAsync(mirror, file, part, progress, cancellation).ConfigureAwait(false);
                return;
            }
            catch (MirrorException failure)
            {
                failures.Add((mirror, failure));
            }
        }
        throw AllFailed(file, folder, failures);
    }

    private async Task FetchFromAsync(
        Uri mirror, RemoteFile file, PartialFile part, Action<DownloadProgress>? progress, CancellationToken cancellation)
    {
        var continued = part.Length > 0;
        await _client.TransferAsync(mirror, file, part, progress, cancellation).ConfigureAwait(false);
        if (await IsRightAsync(part, file, cancellation).ConfigureAwait(false))
            return;
        part.Clear();
        if (!continued)
            throw new MirrorException($"sent a file of the right size with another {file.HashName}");
        // The wrong bytes may be those of the earlier attempt: this mirror gets a clean one.
        await FetchFromAsync(mirror, file, part, progress, cancellation).ConfigureAwait(false);
    }

    private static async Task<bool> IsRightAsync(PartialFile part, RemoteFile file, CancellationToken cancellation) =>
        part.Length == file.Size && await part.HashAsync(file.Algorithm, cancellation).ConfigureAwait(false) == file.Hash;

    private static DataException AllFailed(RemoteFile file, string folder, List<(Uri Mirror, MirrorException Failure)> failures)
    {
        var reasons = string.Join("; ", failures.Select(entry => $"{entry.Mirror} {entry.Failure.Message}"));
        var byHand = $"or put the file into '{folder}' by hand";
        var cause = failures.All(entry => entry.Failure.Unreachable)
            ? "no mirror can be reached; check the network and proxy"
            : $"all {failures.Count} mirrors failed; try again later";
        return new DataException($"'{file.Name}' cannot be fetched: {cause}, {byHand}. {reasons}.");
    }
}
