using System.Formats.Tar;
using System.IO.Compression;
using GpuQuant.Data;
using GpuQuant.Data.Downloads;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

/// <summary>Archives that the tests write themselves: good ones unpack, hostile ones leave nothing behind.</summary>
public sealed class SafeArchiveTests : IDisposable
{
    private const int SymbolicLink = 0xA000, CharacterDevice = 0x2000;
    private static readonly ArchiveLimits Limits = new(1000, 6);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("a.zip")]
    [InlineData("a.tar")]
    [InlineData("a.tar.gz")]
    [InlineData("a.tgz")]
    public void Unpack_PlainFiles_GivesTheirBytes(string name)
    {
        Pack(name, ("x/", null), ("x/one.npy", [1, 2, 3]), ("./x/deep/two.npy", [4]), ("empty", []));
        var told = 0L;
        SafeArchive.Unpack(_folder.File(name), _folder.File("out/here"), Limits, progress: bytes => told = bytes, cancellation: Stop);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_folder.File("out/here/x/one.npy")));
        Assert.Equal([4], File.ReadAllBytes(_folder.File("out/here/x/deep/two.npy")));
        Assert.Empty(File.ReadAllBytes(_folder.File("out/here/empty")));
        Assert.Equal(4, told);
        Assert.Single(Directory.GetFileSystemEntries(_folder.File("out")));
    }

    [Fact]
    public void Unpack_WithRoot_TakesThatFolderAlone()
    {
        Pack("a.zip", ("mnist_c/fog/x.npy", [1]), ("__MACOSX/junk", [2]));
        SafeArchive.Unpack(_folder.File("a.zip"), _folder.File("out"), Limits, "mnist_c", cancellation: Stop);
        Assert.Equal([_folder.File("out/fog")], Directory.GetFileSystemEntries(_folder.File("out")));
        Refuses("holds no folder 'CIFAR-10-C'", "a.zip", root: "CIFAR-10-C");
    }

    [Theory]
    [InlineData("../evil", "leads out of the folder")]
    [InlineData("x/../../evil", "leads out of the folder")]
    [InlineData("..", "leads out of the folder")]
    [InlineData("/etc/evil", "is an absolute path")]
    [InlineData("C:/evil", "has a colon, backslash")]
    [InlineData("x\\..\\..\\evil", "has a colon, backslash")]
    [InlineData("x/evil\u0007", "control character")]
    [InlineData("x./evil", "ends in a dot or a blank")]
    [InlineData("x /evil", "ends in a dot or a blank")]
    [InlineData(".", "has no name")]
    public void Unpack_PathThatLeadsOut_IsRefused(string entry, string sentence)
    {
        foreach (var name in new[] { "a.zip", "a.tar", "a.tar.gz" })
        {
            Pack(name, ("good", [1]), (entry, [2]));
            Refuses(sentence, name);
        }
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.CharacterDevice)]
    [InlineData(TarEntryType.BlockDevice)]
    [InlineData(TarEntryType.Fifo)]
    public void Unpack_TarWithALinkOrDevice_IsRefused(TarEntryType type)
    {
        using (var tar = new TarWriter(File.Create(_folder.File("a.tar"))))
        {
            var entry = new PaxTarEntry(type, "link");
            if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
                entry.LinkName = "/etc/passwd";
            tar.WriteEntry(entry);
        }
        Refuses($"the entry 'link', which is a {type}", "a.tar");
    }

    [Theory]
    [InlineData(SymbolicLink)]
    [InlineData(CharacterDevice)]
    public void Unpack_ZipWithALinkOrDevice_IsRefused(int type)
    {
        using (var zip = ZipFile.Open(_folder.File("a.zip"), ZipArchiveMode.Create))
        {
            var entry = zip.CreateEntry("link");
            entry.ExternalAttributes = (type | 0x1FF) << 16;
            using var content = entry.Open();
            content.Write("/etc/passwd"u8);
        }
        Refuses("which is a link or a device", "a.zip");
    }

    /// <summary>A megabyte of zeros takes a kilobyte packed; 1,000 bytes are allowed.</summary>
    [Theory]
    [InlineData("a.zip")]
    [InlineData("a.tar.gz")]
    public void Unpack_Bomb_StopsAtTheLimit(string name)
    {
        Pack(name, ("bomb", new byte[1 << 20]));
        Assert.InRange(new FileInfo(_folder.File(name)).Length, 1, 20_000);
        Refuses("unpacks to more than 1000 bytes", name);
    }

    [Fact]
    public void Unpack_ManyFilesThatTogetherAreTooMuch_StopsAtTheLimit()
    {
        Pack("a.tar", ("one", new byte[600]), ("two", new byte[600]));
        Refuses("unpacks to more than 1000 bytes", "a.tar");
    }

    [Fact]
    public void Unpack_TooManyEntries_StopsAtTheLimit()
    {
        Pack("a.tar", [.. Enumerable.Range(0, 7).Select(i => ($"file{i}", (byte[]?)[]))]);
        Refuses("more than 6 files and folders", "a.tar");
    }

    [Fact]
    public void Unpack_SameFileTwice_IsRefused()
    {
        Pack("a.zip", ("one", [1]), ("./one", [2]));
        Refuses("comes twice", "a.zip");
    }

    [Theory]
    [InlineData("a.zip")]
    [InlineData("a.tar")]
    [InlineData("a.tar.gz")]
    public void Unpack_CutOrFlippedArchive_IsADataExceptionOrRight(string name)
    {
        var random = new RandomStream(1, RandomPurpose.Test);
        var content = Enumerable.Range(0, 700).Select(_ => (byte)random.NextUInt32()).ToArray();
        Pack(name, ("x/one", content));
        var whole = File.ReadAllBytes(_folder.File(name));
        for (var trial = 0; trial < 300; trial++)
        {
            var bytes = whole.ToArray();
            bytes[random.NextInt32(0, bytes.Length)] ^= (byte)(1 << random.NextInt32(0, 8));
            File.WriteAllBytes(_folder.File(name), trial % 3 == 0 ? bytes[..random.NextInt32(0, bytes.Length)] : bytes);
            try
            {
                SafeArchive.Unpack(_folder.File(name), _folder.File("out"), Limits, cancellation: Stop);
                Directory.Delete(_folder.File("out"), recursive: true);
            }
            catch (DataException)
            {
                Assert.Equal([_folder.File(name)], Directory.GetFileSystemEntries(_folder.Path));
            }
        }
    }

    [Fact]
    public void Unpack_OtherProblems_SayWhatToDo()
    {
        _folder.Write("a.rar", [1]);
        Refuses("expected .zip, .tar, .tar.gz or .tgz", "a.rar");
        Refuses("cannot be read as an archive", "missing.zip");
        Pack("a.zip", ("one", [1]));
        _folder.Write("taken/file", [1]);
        var error = Assert.Throws<DataException>(
            () => SafeArchive.Unpack(_folder.File("a.zip"), _folder.File("taken"), Limits, cancellation: Stop));
        Assert.Contains("exists already", error.Message);
        error = Assert.Throws<DataException>(
            () => SafeArchive.Unpack(_folder.File("a.zip"), _folder.File("a.rar/out"), Limits, cancellation: Stop));
        Assert.Contains("Cannot write", error.Message);
    }

    [Fact]
    public void Unpack_Cancelled_LeavesNothing()
    {
        Pack("a.tar", ("one", [1]));
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => SafeArchive.Unpack(_folder.File("a.tar"), _folder.File("out"), Limits, cancellation: stop.Token));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    private void Refuses(string sentence, string name, string root = "")
    {
        var before = Directory.GetFileSystemEntries(_folder.Path).Order();
        var error = Assert.Throws<DataException>(
            () => SafeArchive.Unpack(_folder.File(name), _folder.File("unsafe"), Limits, root, cancellation: Stop));
        Assert.Contains(sentence, error.Message);
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder.Path).Order());
        Assert.False(File.Exists(_folder.File("evil")));
    }

    private void Pack(string name, params (string Name, byte[]? Content)[] entries)
    {
        using var file = File.Create(_folder.File(name));
        if (name.EndsWith(".zip", StringComparison.Ordinal))
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Create);
            foreach (var (path, content) in entries)
                using (var stream = zip.CreateEntry(path).Open())
                    stream.Write(content);
            return;
        }
        using var target = name.EndsWith(".tar", StringComparison.Ordinal) ? (Stream)file : new GZipStream(file, CompressionMode.Compress);
        using var tar = new TarWriter(target);
        foreach (var (path, content) in entries)
            tar.WriteEntry(content is null
                ? new PaxTarEntry(TarEntryType.Directory, path)
                : new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(content) });
    }
}
