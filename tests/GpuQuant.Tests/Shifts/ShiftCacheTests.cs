using System.Diagnostics;
using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Shifts;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

/// <summary>Computed sets are kept once, found again, and never believed when damaged.</summary>
public sealed class ShiftCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _messages = [];

    private ShiftCache Cache => new(_folder.File("cache"), _messages.Add);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Get_Twice_ComputesOnce()
    {
        var set = new CountingSet(600);
        var (told, first) = (new List<int>(), Cache.Get(set, "recipe", null, Stop));
        Assert.Equal(set.Expected, first.Samples(600));
        Assert.Equal(600, set.Reads);
        var second = Cache.Get(set, "recipe", (done, _) => told.Add(done), Stop);
        Assert.Equal(600, set.Reads);
        Assert.Empty(told);
        Assert.Equal(set.Expected, second.Samples(600));
        Assert.Equal((set.Name, 3), (second.Name, second.Label(3)));
        Assert.Empty(_messages);
        Assert.Equal(set.Expected, NpyFile.Read(Assert.Single(Directory.GetFiles(_folder.File("cache"), "*.npy"))).Bytes.ToArray());
    }

    [Fact]
    public void Get_OtherRecipe_ComputesAnew()
    {
        var set = new CountingSet(6);
        Cache.Get(set, "recipe", null, Stop);
        Cache.Get(set, "recipe version 2", null, Stop);
        Assert.Equal(12, set.Reads);
        Assert.Equal(2, Directory.GetFiles(_folder.File("cache"), "*.npy").Length);
    }

    public static TheoryData<string> Damages => ["flip", "cut", "empty", "foreign", "hash"];

    [Theory]
    [MemberData(nameof(Damages))]
    public void Get_DamagedFile_ComputesAnewAndSaysSo(string damage)
    {
        var set = new CountingSet(6);
        Cache.Get(set, "recipe", null, Stop);
        var path = Cache.PathOf(set, "recipe");
        var whole = File.ReadAllBytes(path);
        var flipped = whole.ToArray();
        flipped[^3] ^= 1;
        if (damage == "hash")
            File.WriteAllText(Path.ChangeExtension(path, ".sha256"), "nonsense");
        else
            File.WriteAllBytes(path, damage switch { "flip" => flipped, "cut" => whole[..^1], "empty" => [], _ => [1, 2, 3] });
        Assert.Equal(set.Expected, Cache.Get(set, "recipe", null, Stop).Samples(6));
        Assert.Equal(12, set.Reads);
        Assert.Contains("is computed anew", Assert.Single(_messages));
        Assert.Equal(whole, File.ReadAllBytes(path));
        Cache.Get(set, "recipe", null, Stop);
        Assert.Equal(12, set.Reads);
    }

    [Fact]
    public void Get_FileWithoutItsHash_IsComputedInSilence()
    {
        var set = new CountingSet(6);
        Cache.Get(set, "recipe", null, Stop);
        File.Delete(Path.ChangeExtension(Cache.PathOf(set, "recipe"), ".sha256"));
        Cache.Get(set, "recipe", null, Stop);
        Assert.Equal(12, set.Reads);
        Assert.Empty(_messages);
    }

    /// <summary>Both miss and compute at the same time (neither passes its first sample before the other is there); both are right.</summary>
    [Fact]
    public async Task Get_TwoAtOnce_BothEndRight()
    {
        using var barrier = new Barrier(2);
        var results = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(() =>
        {
            var set = new CountingSet(600, barrier);
            return (set, Kept: new ShiftCache(_folder.File("cache"), _messages.Add).Get(set, "recipe", null, Stop));
        }, Stop, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        foreach (var (set, kept) in results)
        {
            Assert.Equal(600, set.Reads);
            Assert.Equal(set.Expected, kept.Samples(600));
        }
        Assert.Empty(_messages);
        Assert.Equal(2, Directory.GetFiles(_folder.File("cache")).Length);
        var third = new CountingSet(600);
        Assert.Equal(third.Expected, Cache.Get(third, "recipe", null, Stop).Samples(600));
        Assert.Equal(0, third.Reads);
    }

    [Fact]
    public void Get_FolderCannotBeMade_GoesOnWithoutAndSaysSoOnce()
    {
        _folder.Write("cache", [1]);
        var (cache, set) = (Cache, new CountingSet(6));
        Assert.Equal(set.Expected, cache.Get(set, "one", null, Stop).Samples(6));
        Assert.Equal(set.Expected, cache.Get(set, "two", null, Stop).Samples(6));
        Assert.Contains("are not kept, and this goes on without", Assert.Single(_messages));
    }

    [Fact]
    public void Get_Cancelled_KeepsNothing()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => Cache.Get(new CountingSet(6), "recipe", null, stop.Token));
        Assert.False(Directory.Exists(_folder.File("cache")));
    }

    /// <summary>A disk of 64 KiB that is really full: a memory file system, which only root can mount.</summary>
    [Fact]
    public void Get_DiskIsFull_GoesOnWithoutAndLeavesNoPart()
    {
        var disk = Directory.CreateDirectory(_folder.File("disk")).FullName;
        if (!Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk))
            Assert.Skip("Only root can mount a small disk here.");
        try
        {
            var set = new CountingSet(80, bytes: 1024);
            var kept = new ShiftCache(disk, _messages.Add).Get(set, "recipe", null, Stop);
            Assert.Equal(set.Expected, kept.Samples(80));
            Assert.Contains("the disk is full", Assert.Single(_messages));
            Assert.Empty(Directory.GetFileSystemEntries(disk));
        }
        finally
        {
            Assert.True(Run("umount", disk));
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>A set that counts how often a sample is computed; the first one waits at the barrier.</summary>
    private sealed class CountingSet(int count, Barrier? barrier = null, int bytes = 4) : IDataset
    {
        private int _reads;

        public int Reads => _reads;

        public byte[] Expected => [.. Enumerable.Range(0, count * bytes).Select(i => (byte)(i / bytes * 31 + i % bytes))];

        public string Name => "counting/test+made2";

        public int Count => count;

        public int Classes => 10;

        public Shape SampleShape { get; } = new(bytes);

        public DType SampleType => DType.UInt8;

        public int Label(int index) => index % 10;

        public void Read(int index, Span<byte> destination)
        {
            Interlocked.Increment(ref _reads);
            if (index == 0)
                barrier?.SignalAndWait(TimeSpan.FromMinutes(2));
            for (var i = 0; i < bytes; i++)
                destination[i] = (byte)(index * 31 + i);
        }
    }
}
