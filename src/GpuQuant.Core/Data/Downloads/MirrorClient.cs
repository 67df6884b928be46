using System.Net;
using System.Net.Http.Headers;

namespace GpuQuant.Data.Downloads;

/// <summary>
/// Gets bytes from one mirror: follows redirects only to allowed addresses, asks to continue where a partial file ends, and turns
/// whatever goes wrong on the network into a <see cref="MirrorException"/>.
/// </summary>
internal sealed class MirrorClient : IDisposable
{
    private const int MaxRedirects = 8, BufferSize = 1 << 16;
    private readonly DownloadOptions _options;
    private readonly HttpClient _client;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    public MirrorClient(DownloadOptions options)
    {
        _options = options;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.IdleTimeout,
            UseProxy = !options.AllowLoopbackHttp,
            UseCookies = false,
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("gpuquant", "0.1"));
    }

    /// <summary>Appends to the partial file until it has the file's size.</summary>
    /// <exception cref="MirrorException">The mirror failed; the partial file holds what may be continued.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task TransferAsync(
        Uri mirror, RemoteFile file, PartialFile part, Action<DownloadProgress>? progress, CancellationToken cancellation)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            using var response = await OpenAsync(mirror, file, part, idle).ConfigureAwait(false);
            CheckLength(response, file, part);
            await CopyAsync(response, file, part, progress, idle).ConfigureAwait(false);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new MirrorException($"{Describe(error)} after {part.Length} of {file.Size} bytes", IsUnreachable(error));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            var seconds = FormattableString.Invariant($"{_options.IdleTimeout.TotalSeconds:0.#}");
            throw new MirrorException($"sent nothing for {seconds} s after {part.Length} of {file.Size} bytes");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> OpenAsync(Uri mirror, RemoteFile file, PartialFile part, CancellationTokenSource idle)
    {
        var response = await SendAsync(mirror, part.Length, idle).ConfigureAwait(false);
        var range = response.Content.Headers.ContentRange;
        var continues = range?.From == part.Length && (range.Length ?? file.Size) == file.Size;
        var cannotContinue = part.Length > 0
            && (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.RequestedRangeNotSatisfiable
                || (response.StatusCode == HttpStatusCode.PartialContent && !continues));
        if (!cannotContinue)
            return response;
        // Begin anew, with this answer if it is the whole file.
        part.Clear();
        if (response.StatusCode == HttpStatusCode.OK)
            return response;
        response.Dispose();
        return await SendAsync(mirror, 0, idle).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(Uri address, long offset, CancellationTokenSource idle)
    {
        for (var redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            if (!_options.Allows(address))
                throw new MirrorException($"leads to '{address}', which is not https");
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            if (offset > 0)
                request.Headers.Range = new RangeHeaderValue(offset, null);
            idle.CancelAfter(_options.IdleTimeout);
            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, idle.Token).ConfigureAwait(false);
            if (!IsRedirect(response.StatusCode))
                return response;
            var location = response.Headers.Location;
            response.Dispose();
            address = location is null ? throw new MirrorException("redirects to nowhere") : new Uri(address, location);
        }
        throw new MirrorException($"redirects more than {MaxRedirects} times");
    }

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static void CheckLength(HttpResponseMessage response, RemoteFile file, PartialFile part)
    {
        var expectedStatus = part.Length > 0 ? HttpStatusCode.PartialContent : HttpStatusCode.OK;
        if (response.StatusCode != expectedStatus)
            throw new MirrorException($"answered {(int)response.StatusCode} {response.ReasonPhrase}");
        if (response.Content.Headers.ContentLength is { } length && part.Length + length != file.Size)
            throw new MirrorException($"offers {part.Length + length} bytes, expected {file.Size}");
    }

    private async Task CopyAsync(
        HttpResponseMessage response, RemoteFile file, PartialFile part, Action<DownloadProgress>? progress, CancellationTokenSource idle)
    {
        using var body = await response.Content.ReadAsStreamAsync(idle.Token).ConfigureAwait(false);
        var buffer = new byte[BufferSize];
        while (true)
        {
            idle.CancelAfter(_options.IdleTimeout);
            var count = await body.ReadAsync(buffer, idle.Token).ConfigureAwait(false);
            if (count == 0)
                break;
            if (part.Length + count > file.Size)
            {
                part.Clear();
                throw new MirrorException($"sent more than the expected {file.Size} bytes");
            }
            part.Append(buffer.AsSpan(0, count));
            progress?.Invoke(new DownloadProgress(file.Name, part.Length, file.Size));
        }
        if (part.Length < file.Size)
            throw new MirrorException($"ended after {part.Length} of {file.Size} bytes");
    }

    private static string Describe(Exception error) =>
        error is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }
            ? "has a name that cannot be resolved,"
            : $"broke off ({(error.InnerException ?? error).Message.TrimEnd('.')})";

    private static bool IsUnreachable(Exception error) => error is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError,
    };
}
