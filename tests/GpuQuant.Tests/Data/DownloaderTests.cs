using System.Security.Cryptography;
using GpuQuant.Data;
using GpuQuant.Data.Downloads;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

/// <summary>Downloads from a server on this machine that misbehaves in every way that mirrors do.</summary>
public sealed class DownloaderTests : IDisposable
{
    private static readonly byte[] Content = Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31 % 251)).ToArray();
    private static readonly byte[] Wrong = [.. Content.Select(value => (byte)(value ^ 1))];

    private readonly FaultyServer _server = new();
    private readonly TemporaryFolder _folder = new();

    private string Target => _folder.File("set/file.bin");

    private string Part => Target + ".part";

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Fetch_GoodMirror_WritesTheFileAndReportsProgress()
    {
        var seen = new List<DownloadProgress>();
        Assert.True(await FetchAsync([_server.On("a", FaultyServer.Good(Content))], seen.Add));
        AssertDelivered("a");
        Assert.True(seen.Select(progress => progress.Bytes).SequenceEqual(seen.Select(progress => progress.Bytes).Order()));
        Assert.Equal(new DownloadProgress("file.bin", Content.Length, Content.Length), seen[^1]);
    }

    [Fact]
    public async Task Fetch_FilePinnedByMd5_IsCheckedByIt()
    {
        var right = Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.MD5, Content));
        var wrong = Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.MD5, Wrong));
        var address = _server.On("a", FaultyServer.Good(Content));
        var error = await Assert.ThrowsAsync<DataException>(() => FetchAsync(new RemoteFile("file.bin", Content.Length, wrong, [address])));
        Assert.Contains("with another MD5", error.Message);
        Assert.True(await FetchAsync(new RemoteFile("file.bin", Content.Length, right, [address])));
        AssertDelivered("a", "a");
    }

    [Fact]
    public async Task Fetch_FileIsThereAlready_AsksNobody()
    {
        _folder.Write("set/file.bin", Content);
        Assert.False(await FetchAsync([_server.Address("a")]));
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task Fetch_FileWithoutAnAddress_SaysWhereToPutIt()
    {
        var error = await Assert.ThrowsAsync<DataException>(() => FetchAsync([]));
        Assert.Contains("'file.bin' cannot be fetched: no address offers it freely; put the file into '", error.Message);
    }

    [Fact]
    public async Task Fetch_FileIsThereButWrong_ReplacesIt()
    {
        _folder.Write("set/file.bin", Wrong);
        Assert.True(await FetchAsync([_server.On("a", FaultyServer.Good(Content))]));
        AssertDelivered("a");
    }

    [Fact]
    public async Task Fetch_EarlierPart_AsksOnlyForTheRest()
    {
        _folder.Write("set/file.bin.part", Content[..1000]);
        await FetchAsync([_server.On("a", FaultyServer.Good(Content))]);
        AssertDelivered("a@1000");
    }

    [Fact]
    public async Task Fetch_EarlierPartIsWhole_AsksNobody()
    {
        _folder.Write("set/file.bin.part", Content);
        Assert.True(await FetchAsync([_server.Address("a")]));
        AssertDelivered();
    }

    [Fact]
    public async Task Fetch_EarlierPartIsTooLongOrWrong_BeginsAnew()
    {
        foreach (var part in new[] { [.. Content, 1, 2], Wrong })
        {
            _folder.Write("set/file.bin.part", part);
            await FetchAsync([_server.On("a", FaultyServer.Good(Content))]);
            AssertDelivered("a");
            _server.Requests.Clear();
            File.Delete(Target);
        }
    }

    [Fact]
    public async Task Fetch_EarlierPartHasWrongBytes_GetsACleanAttemptFromTheSameMirror()
    {
        _folder.Write("set/file.bin.part", Wrong[..1000]);
        await FetchAsync([_server.On("a", FaultyServer.Good(Content))]);
        AssertDelivered("a@1000", "a");
    }

    [Fact]
    public async Task Fetch_MirrorIgnoresRanges_TakesTheWholeFileFromIt()
    {
        _folder.Write("set/file.bin.part", Content[..1000]);
        await FetchAsync([_server.On("a", FaultyServer.Whole(Content))]);
        AssertDelivered("a@1000");
    }

    [Fact]
    public async Task Fetch_MirrorSendsAnotherRange_BeginsAnew()
    {
        _folder.Write("set/file.bin.part", Content[..1000]);
        var address = _server.On("a", (offset, connection, cancellation) => (offset is null
            ? FaultyServer.Whole(Content)
            : FaultyServer.Range(Content, 500, Content.Length))(offset, connection, cancellation));
        await FetchAsync([address]);
        AssertDelivered("a@1000", "a");
    }

    [Fact]
    public async Task Fetch_MirrorRefusesTheRange_BeginsAnew()
    {
        _folder.Write("set/file.bin.part", Content[..1000]);
        var address = _server.On("a", (offset, connection, cancellation) => (offset is null
            ? FaultyServer.Whole(Content)
            : FaultyServer.Reply("416 Range Not Satisfiable", "Content-Length: 0\r\n"))(offset, connection, cancellation));
        await FetchAsync([address]);
        AssertDelivered("a@1000", "a");
    }

    [Fact]
    public async Task Fetch_MirrorBreaksOff_NextOneContinues()
    {
        await FetchAsync([_server.On("a", FaultyServer.Truncated(Content, 5000)), _server.On("b", FaultyServer.Good(Content))]);
        AssertDelivered("a", "b@5000");
    }

    [Fact]
    public async Task Fetch_MirrorFailsOnContinuation_KeepsThePartForTheNext()
    {
        _folder.Write("set/file.bin.part", Content[..1000]);
        await FetchAsync([_server.Address("missing"), _server.On("b", FaultyServer.Good(Content))]);
        AssertDelivered("missing@1000", "b@1000");
    }

    [Fact]
    public async Task Fetch_MirrorCorrupts_NextOneDelivers()
    {
        await FetchAsync([_server.On("a", FaultyServer.Good(Wrong)), _server.On("b", FaultyServer.Good(Content))]);
        AssertDelivered("a", "b");
    }

    [Fact]
    public async Task Fetch_MirrorSendsTooMuch_NextOneDelivers()
    {
        await FetchAsync([
            _server.On("a", FaultyServer.Unmeasured([.. Content, 1])),
            _server.On("b", FaultyServer.Whole([.. Content, 1])),
            _server.On("c", FaultyServer.Good(Content))]);
        AssertDelivered("a", "b", "c");
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Fetch_MirrorRedirects_IsFollowed(int status)
    {
        _folder.Write("set/file.bin.part", Content[..1000]);
        _server.On("b", FaultyServer.Good(Content));
        await FetchAsync([_server.On("a", FaultyServer.Redirect("/b", status))]);
        AssertDelivered("a@1000", "b@1000");
    }

    [Fact]
    public async Task Fetch_MirrorStalls_IsGivenUp()
    {
        var stalling = _server.On("a", FaultyServer.Stalling(Content, 5000));
        await FetchAsync([stalling, _server.On("b", FaultyServer.Good(Content))], idleSeconds: 2);
        AssertDelivered("a", "b@5000");
    }

    [Theory]
    [InlineData("http://example.com/file.bin")]
    [InlineData("ftp://127.0.0.1/file.bin")]
    [InlineData("file:///etc/hostname")]
    public async Task Fetch_RedirectToAnythingButHttps_IsNotFollowed(string location)
    {
        var error = await FailAsync(_server.On("a", FaultyServer.Redirect(location)));
        Assert.Contains($"leads to '{location}', which is not https", error.Message);
    }

    [Fact]
    public async Task Fetch_EveryMirrorFails_ListsEachReason()
    {
        var error = await FailAsync(
            _server.Address("missing"),
            _server.On("error", FaultyServer.Reply("500 Internal Server Error", "Content-Length: 0\r\n")),
            _server.On("loop", FaultyServer.Redirect("/loop")),
            _server.On("nowhere", FaultyServer.Reply("302 Found", "Content-Length: 0\r\n")),
            _server.On("long", FaultyServer.Unmeasured([.. Content, 1])),
            _server.On("page", FaultyServer.Whole("<html>sorry</html>"u8.ToArray())),
            _server.On("wrong", FaultyServer.Good(Wrong)),
            _server.On("short", FaultyServer.Unmeasured(Content[..10])));
        string[] reasons =
        [
            "all 8 mirrors failed", "missing answered 404", "error answered 500", "loop redirects more than",
            "nowhere redirects to nowhere", "long sent more than the expected 300000 bytes", "page offers 18 bytes, expected 300000",
            "wrong sent a file of the right size", "short ended after 10 of 300000 bytes",
        ];
        Assert.All(reasons, reason => Assert.Contains(reason, error.Message));
        Assert.False(File.Exists(Target));
        Assert.Equal(10, new FileInfo(Part).Length);
    }

    [Fact]
    public async Task Fetch_NothingListens_SaysThatNoMirrorCanBeReached()
    {
        Uri address;
        using (var stopped = new FaultyServer())
            address = stopped.Address("a");
        var error = await FailAsync(address);
        Assert.Contains("no mirror can be reached; check the network and proxy", error.Message);
        Assert.Empty(Directory.GetFiles(_folder.File("set")));
    }

    [Fact]
    public async Task Fetch_HttpWithoutTheTestSwitch_IsRefused()
    {
        using var downloader = new Downloader();
        var file = FileFrom(_server.On("a", FaultyServer.Good(Content)));
        var error = await Assert.ThrowsAsync<DataException>(
            () => downloader.FetchAsync(file, _folder.Path, null, TestContext.Current.CancellationToken));
        Assert.Contains("not https", error.Message);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task Fetch_Cancelled_KeepsThePartAndContinuesNextTime()
    {
        using var cancellation = new CancellationTokenSource();
        var address = _server.On("a", FaultyServer.Stalling(Content, 5000));
        using (var downloader = new Downloader(new DownloadOptions { AllowLoopbackHttp = true }))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => downloader.FetchAsync(
                FileFrom(address), _folder.File("set"), progress => CancelAfter(5000, progress, cancellation), cancellation.Token));
        Assert.Equal(Content[..5000], await File.ReadAllBytesAsync(Part, TestContext.Current.CancellationToken));
        Assert.False(File.Exists(Target));
        _server.On("a", FaultyServer.Good(Content));
        await FetchAsync([address]);
        AssertDelivered("a", "a@5000");
    }

    [Fact]
    public async Task Fetch_FolderIsAFile_SaysThatItCannotWrite()
    {
        _folder.Write("set", [1]);
        var error = await FailAsync(_server.On("a", FaultyServer.Good(Content)));
        Assert.StartsWith("Cannot write", error.Message);
        Assert.Empty(_server.Requests);
    }

    private static void CancelAfter(long bytes, DownloadProgress progress, CancellationTokenSource cancellation)
    {
        if (progress.Bytes >= bytes)
            cancellation.Cancel();
    }

    private static RemoteFile FileFrom(params Uri[] mirrors) =>
        new("file.bin", Content.Length, Convert.ToHexStringLower(SHA256.HashData(Content)), mirrors);

    private Task<bool> FetchAsync(Uri[] mirrors, Action<DownloadProgress>? progress = null, double idleSeconds = 60) =>
        FetchAsync(FileFrom(mirrors), progress, idleSeconds);

    private async Task<bool> FetchAsync(RemoteFile file, Action<DownloadProgress>? progress = null, double idleSeconds = 60)
    {
        var options = new DownloadOptions { AllowLoopbackHttp = true, IdleTimeout = TimeSpan.FromSeconds(idleSeconds) };
        using var downloader = new Downloader(options);
        return await downloader.FetchAsync(file, _folder.File("set"), progress, TestContext.Current.CancellationToken);
    }

    private Task<DataException> FailAsync(params Uri[] mirrors) => Assert.ThrowsAsync<DataException>(() => FetchAsync(mirrors));

    private void AssertDelivered(params string[] requests)
    {
        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder.File("set")));
        Assert.Equal(requests, _server.Requests);
    }
}
