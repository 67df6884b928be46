using FsCheck;
using FsCheck.Fluent;
using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

public class IdxReaderTests
{
    private static readonly byte[] Whole = IdxBytes.Make([2, 2, 3], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);

    [Theory]
    [InlineData("")]
    [InlineData(".gz")]
    [InlineData(".br")]
    public void Read_EveryCompression_GivesShapeAndBytes(string ending)
    {
        using var folder = new TemporaryFolder();
        var content = ending switch { ".gz" => IdxBytes.Gzip(Whole), ".br" => IdxBytes.Brotli(Whole), _ => Whole };
        var tensor = IdxReader.Read(folder.Write("images" + ending, content), 3);
        Assert.Equal(new Shape(2, 2, 3), tensor.Shape);
        Assert.Equal(DType.UInt8, tensor.Type);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], tensor.Bytes.ToArray());
    }

    public static TheoryData<string, byte[], string> BadFiles() => new()
    {
        { "empty", [], "0 bytes long" },
        { "three bytes", [0, 0, 8], "3 bytes long" },
        { "labels for images", IdxBytes.Make([4], 1, 2, 3, 4), "begins with the number 2049" },
        { "another magic", IdxBytes.Make(12345, [1, 1, 1], 1), "begins with the number 12345" },
        { "floats", IdxBytes.Make(0xD03, [1, 1, 1], 0, 0, 0, 0), "begins with the number 3331" },
        { "half a header", Whole[..10], "ends inside its header, after 10 of 16" },
        { "zero images", IdxBytes.Make([0, 2, 3]), "size of 0 in dimension 0" },
        { "negative height", IdxBytes.Make([2, -1, 3]), "size of -1 in dimension 1" },
        { "huge width", IdxBytes.Make([2, 2, int.MaxValue]), "in dimension 2" },
        { "huge product", IdxBytes.Make([1 << 24, 1 << 24, 1 << 24]), "more than" },
        { "large claim, little content", IdxBytes.Make([1 << 20, 32, 32], 1, 2, 3), "holds 3 of the 1073741824 bytes" },
        { "truncated", Whole[..^1], "holds 11 of the 12 bytes" },
        { "surplus", [.. Whole, 13], "more than the 12 bytes" },
    };

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void Read_BadFile_SaysWhatIsWrong(string kind, byte[] content, string expected)
    {
        using var folder = new TemporaryFolder();
        foreach (var path in new[] { folder.Write("bad", content), folder.Write("bad.gz", IdxBytes.Gzip(content)) })
        {
            var error = Assert.Throws<DataException>(() => IdxReader.Read(path, 3));
            Assert.Contains(expected, error.Message);
            Assert.Contains(path, error.Message);
            Assert.Contains("gpuquant data get", error.Message);
            Assert.False(error.Message.Contains('\n', StringComparison.Ordinal), kind);
        }
    }

    [Fact]
    public void Read_DamagedCompression_IsADataError()
    {
        using var folder = new TemporaryFolder();
        var gzip = IdxBytes.Gzip(Whole);
        var flipped = gzip.ToArray();
        flipped[^6] ^= 1; // inside the checksum
        foreach (var content in new[] { Whole, flipped, gzip[..^12], gzip[..5] })
            Assert.Throws<DataException>(() => IdxReader.Read(folder.Write("bad.gz", content), 3));
        Assert.Throws<DataException>(() => IdxReader.Read(folder.Write("bad.br", IdxBytes.Brotli(Whole)[..^4]), 3));
    }

    [Fact]
    public void Read_MissingFileOrFolder_IsADataError()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<DataException>(() => IdxReader.Read(folder.File("none"), 3));
        Assert.Throws<DataException>(() => IdxReader.Read(folder.Path, 3));
    }

    [Fact]
    public void Read_AnyBytes_GiveATensorOrADataError()
    {
        using var folder = new TemporaryFolder();
        Prop.ForAll<byte[], byte, byte>((tail, height, width) =>
        {
            var content = IdxBytes.Make([1, height, width], tail);
            var path = folder.Write("fuzz", content);
            if (height > 0 && width > 0 && tail.Length == height * width)
                return IdxReader.Read(path, 3).Bytes.SequenceEqual(tail);
            Assert.Throws<DataException>(() => IdxReader.Read(path, 3));
            return true;
        }).QuickCheckThrowOnFailure();
    }
}
