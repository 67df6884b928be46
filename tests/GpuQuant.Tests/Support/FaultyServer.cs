using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GpuQuant.Tests.Support;

/// <summary>
/// An HTTP server on this machine whose answers are written byte by byte, so that it can lie, break off, stall and send too much.
/// </summary>
internal sealed class FaultyServer : IDisposable
{
    /// <summary>Answers one request: the offset that a Range header asks for (null without one), and the connection.</summary>
    public delegate Task Answer(long? offset, Stream connection, CancellationToken cancellation);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, Answer> _answers = new();
    private readonly Task _loop;

    public FaultyServer()
    {
        _listener.Start();
        _loop = Task.Run(AcceptAsync);
    }

    /// <summary>Every request so far: its path, and <c>@offset</c> where it asked for a range.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The address of a path.</summary>
    public Uri Address(string path) => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{path}");

    /// <summary>Sets the answer of a path and returns its address.</summary>
    public Uri On(string path, Answer answer)
    {
        _answers[path] = answer;
        return Address(path);
    }

    /// <summary>Sends a status line, headers and a body, as they are.</summary>
    public static Answer Reply(string status, string headers, params byte[] body) => async (_, connection, cancellation) =>
    {
        await connection.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n"), cancellation);
        await connection.WriteAsync(body, cancellation);
    };

    /// <summary>A good mirror: the whole content, or the range asked for.</summary>
    public static Answer Good(byte[] content) => (offset, connection, cancellation) => offset is { } start
        ? Range(content, start, content.Length)(offset, connection, cancellation)
        : Whole(content)(offset, connection, cancellation);

    /// <summary>The whole content, whatever range was asked for.</summary>
    public static Answer Whole(byte[] content) => Reply("200 OK", $"Content-Length: {content.Length}\r\n", content);

    /// <summary>The content without saying how long it is; the connection's end ends it.</summary>
    public static Answer Unmeasured(byte[] content) => Reply("200 OK", "", content);

    /// <summary>Promises the content but breaks off after some bytes.</summary>
    public static Answer Truncated(byte[] content, int after) =>
        Reply("200 OK", $"Content-Length: {content.Length}\r\n", content[..after]);

    /// <summary>A part of the content from an offset, with status 206.</summary>
    public static Answer Range(byte[] content, long start, long total) => Reply(
        "206 Partial Content",
        $"Content-Length: {content.Length - start}\r\nContent-Range: bytes {start}-{content.Length - 1}/{total}\r\n",
        content[(int)start..]);

    /// <summary>Sends the head and the first bytes, then nothing until the client gives up.</summary>
    public static Answer Stalling(byte[] content, int after) => async (offset, connection, cancellation) =>
    {
        await Truncated(content, after)(offset, connection, cancellation);
        await Task.Delay(Timeout.Infinite, cancellation);
    };

    /// <summary>Sends the client elsewhere.</summary>
    public static Answer Redirect(string location, int status = 302) =>
        Reply($"{status} Elsewhere", $"Location: {location}\r\nContent-Length: 0\r\n");

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _loop.Wait(TimeSpan.FromSeconds(10));
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, false, 1024, leaveOpen: true);
                var path = (await reader.ReadLineAsync(_stop.Token) ?? "GET / ").Split(' ')[1].TrimStart('/');
                long? offset = null;
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } header)
                    if (header.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                        offset = long.Parse(header[13..].TrimEnd('-'), CultureInfo.InvariantCulture);
                Requests.Enqueue(offset is null ? path : $"{path}@{offset}");
                await _answers.GetValueOrDefault(path, Reply("404 Not Found", "Content-Length: 0\r\n"))(offset, stream, _stop.Token);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException)
        {
            // The client went away, or the test is over.
        }
    }
}
