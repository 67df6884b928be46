using System.Formats.Tar;
using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

/// <summary>Damaged files, from memory: readers give what they can or a <see cref="DataException"/>, and take little memory.</summary>
public class ReaderFuzzTests
{
    private const int Inputs = 100_000;

    // A reader's fixed buffers and a sentence or two; nothing that grows with the numbers in a header.
    private const long MostBytes = 1 << 19;

    private static readonly byte[] Images = IdxBytes.Make([2, 3, 4], [.. Enumerable.Range(0, 24).Select(i => (byte)(i * 9))]);
    private static readonly byte[] Batch = [.. RecordOf(3), .. RecordOf(9)];

    [Fact]
    public void Idx_DamagedFiles_GiveATensorOrADataError() => Fuzz(
        [Images, IdxBytes.Make([2, 1, 1], 1, 2)], content => IdxReader.Read(new MemoryStream(content), "fuzz", 3));

    [Theory]
    [InlineData(".gz")]
    [InlineData(".br")]
    public void Idx_DamagedCompression_GivesATensorOrADataError(string ending) => Fuzz(
        [ending == ".gz" ? IdxBytes.Gzip(Images) : IdxBytes.Brotli(Images)],
        content => CompressedFile.Guard("fuzz", "again", () =>
            IdxReader.Read(CompressedFile.Decompress(new MemoryStream(content), "fuzz" + ending), "fuzz", 3)), Inputs / 5);

    [Fact]
    public void Npy_DamagedFiles_GiveATensorOrADataError()
    {
        using var folder = new TemporaryFolder();
        NpyFile.Write(folder.File("a.npy"), Tensor.From<byte>([1, 2, 3, 4, 5, 6], new Shape(2, 3)));
        NpyFile.Write(folder.File("b.npy"), Tensor.From<long>([1, -2], new Shape(2)));
        Fuzz([File.ReadAllBytes(folder.File("a.npy")), File.ReadAllBytes(folder.File("b.npy"))],
            content => NpyFile.Read(new MemoryStream(content), "fuzz"));
    }

    [Fact]
    public void Cifar_DamagedFiles_GiveASetOrADataError() => Fuzz(
        [Batch], content => CifarReader.Assemble("fuzz", [("fuzz", CifarReader.ReadAll(new MemoryStream(content), "fuzz"))]));

    [Fact]
    public void Cifar_DamagedArchives_GiveASetOrADataError()
    {
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, leaveOpen: true))
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "cifar/test_batch.bin") { DataStream = new MemoryStream(Batch) });
        Fuzz([archive.ToArray()], content =>
            CifarReader.ReadArchive("fuzz", new MemoryStream(IdxBytes.Gzip(content)), "fuzz", ["test_batch.bin"]), Inputs / 10);
    }

    [Fact]
    public void Safetensors_DamagedFiles_GiveTensorsOrADataError()
    {
        using var folder = new TemporaryFolder();
        var tensors = new Dictionary<string, Tensor>
        {
            ["a"] = Tensor.From<float>([1, 2], new Shape(2)),
            ["b"] = Tensor.From<byte>([32, 32, 32], new Shape(3, 1)),
        };
        new SafetensorsFile(tensors, new Dictionary<string, string> { ["key"] = "value" }).Write(folder.File("own"));
        byte[] foreign =
        [
            72, 0, 0, 0, 0, 0, 0, 0,
            .. "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}"u8.ToArray().Concat(new byte[72]).Take(72)
                .Select(value => value == 0 ? (byte)' ' : value),
            0, 0, 128, 63, 0, 0, 0, 64,
        ];
        Assert.Single(SafetensorsFile.Read(foreign.ToArray(), "fuzz").Tensors);
        Fuzz([File.ReadAllBytes(folder.File("own")), foreign], content => SafetensorsFile.Read(content, "fuzz"));
    }

    /// <summary>Elements times bytes per element must not wrap round to the length of the data, which is none here.</summary>
    [Fact]
    public void Safetensors_ShapeBeyond64Bits_IsADataError()
    {
        var header = "{\"a\":{\"dtype\":\"I64\",\"shape\":[1073741824,1073741824,2],\"data_offsets\":[0,0]}}"u8.ToArray();
        Assert.Throws<DataException>(() => SafetensorsFile.Read([(byte)header.Length, 0, 0, 0, 0, 0, 0, 0, .. header], "wrap"));
    }

    /// <summary>A gigabyte of zeros in a kilobyte: no set is as long, so it is not taken in.</summary>
    [Fact]
    public void Cifar_CompressedBomb_IsRefused()
    {
        using var endless = new ZeroStream(1L << 30);
        var error = Assert.Throws<DataException>(() => CifarReader.ReadAll(endless, "bomb"));
        Assert.Contains("which all of CIFAR-10 does not take", error.Message);
        Assert.InRange(endless.Position, 0, 200 << 20);
    }

    private static void Fuzz(byte[][] valid, Func<byte[], object> read, int inputs = Inputs)
    {
        var accepted = 0;
        Parallel.For(0, inputs, n =>
        {
            var content = Mutations.Of(valid[n % valid.Length], (uint)n);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var error = Record.Exception(() => read(content));
            var taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(error is null or DataException, $"input {n}: {error}");
            Assert.True(taken < MostBytes, $"input {n} of {content.Length} bytes made the reader take {taken} bytes");
            if (error is null)
                Interlocked.Increment(ref accepted);
        });
        // Damage must get past the first check now and then, or nothing behind it is tested; and must mostly be noticed.
        Assert.InRange(accepted, 1, inputs - inputs / 20);
    }

    private static byte[] RecordOf(byte label) => [label, .. Enumerable.Range(0, 3072).Select(i => (byte)(i * label))];

    private sealed class ZeroStream(long length) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, length - Position);
            Array.Clear(buffer, offset, read);
            Position += read;
            return read;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
