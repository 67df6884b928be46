namespace GpuQuant.Data.Downloads;

/// <summary>How downloads behave.</summary>
public sealed record DownloadOptions
{
    /// <summary>
    /// Allows http, without a proxy, to this machine itself (127.0.0.1, ::1, localhost), for tests; false: only https, anywhere.
    /// </summary>
    public bool AllowLoopbackHttp { get; init; }

    /// <summary>A mirror that sends nothing for so long has failed; 30 seconds unless told otherwise.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether this address may be fetched.</summary>
    public bool Allows(Uri address) => address.IsAbsoluteUri
        && (address.Scheme == Uri.UriSchemeHttps || (AllowLoopbackHttp && address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));
}
