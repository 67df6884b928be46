using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

/// <summary>Parts of .npy files, and arrays written without being held in memory.</summary>
public sealed class NpyRowsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Rows (0 1), (2 3), (4 5), (6 7): two from row 1 on are 2 3 4 5.</summary>
    [Fact]
    public void ReadRows_Middle_GivesTheseRows()
    {
        NpyFile.Write(_folder.File("a.npy"), Tensor.From<int>([0, 1, 2, 3, 4, 5, 6, 7], new Shape(4, 2)));
        var rows = NpyFile.ReadRows(_folder.File("a.npy"), 1, 2);
        Assert.Equal(new Shape(2, 2), rows.Shape);
        Assert.Equal([2, 3, 4, 5], rows.Span<int>().ToArray());
    }

    /// <summary>An array of 3 GB, more than memory may hold as one: its last row is read all the same.</summary>
    [Fact]
    public void ReadRows_OfAnArrayTooLargeForMemory_ReadsOnlyThem()
    {
        NpyFile.Write(_folder.File("a.npy"), DType.UInt8, new Shape(1, 1000), stream => stream.Write(new byte[1000]));
        using (var file = new FileStream(_folder.File("a.npy"), FileMode.Open))
        {
            var text = "'shape': (3000000, 1000), }"u8.ToArray();
            var header = new byte[128];
            file.ReadExactly(header);
            file.Position = header.AsSpan().IndexOf("'shape'"u8);
            file.Write(text);
            file.SetLength(128 + 3_000_000_000);
            file.Position = file.Length - 1000;
            file.WriteByte(77);
        }
        Assert.Equal((DType.UInt8, new Shape(3_000_000, 1000)), NpyFile.ReadHeader(_folder.File("a.npy")));
        var row = NpyFile.ReadRows(_folder.File("a.npy"), 2_999_999, 1);
        Assert.Equal(77, row.Bytes[0]);
        Assert.Equal(1000, row.Bytes.Length);
        Assert.Contains("more than", Assert.Throws<DataException>(() => NpyFile.Read(_folder.File("a.npy"))).Message);
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(4, 1)]
    [InlineData(int.MaxValue, 1)]
    public void ReadRows_Beyond_IsADataException(int first, int count)
    {
        NpyFile.Write(_folder.File("a.npy"), Tensor.From<int>([0, 1, 2, 3], new Shape(4)));
        var error = Assert.Throws<DataException>(() => NpyFile.ReadRows(_folder.File("a.npy"), first, count));
        Assert.Contains($"expected at least {(long)first + count} rows", error.Message);
    }

    [Fact]
    public void ReadRows_TruncatedBehindThem_IsADataException()
    {
        NpyFile.Write(_folder.File("a.npy"), Tensor.From<int>([0, 1, 2, 3], new Shape(4)));
        File.WriteAllBytes(_folder.File("a.npy"), File.ReadAllBytes(_folder.File("a.npy"))[..^1]);
        Assert.Contains("holds 15 bytes", Assert.Throws<DataException>(() => NpyFile.ReadRows(_folder.File("a.npy"), 0, 1)).Message);
    }

    [Fact]
    public void Write_DiskFullMidway_LeavesTheOldFileAndNoOther()
    {
        NpyFile.Write(_folder.File("a.npy"), Tensor.From<byte>([5], new Shape(1)));
        var error = Assert.Throws<DataException>(() => NpyFile.Write(_folder.File("a.npy"), DType.UInt8, new Shape(9), stream =>
        {
            stream.Write([1, 2, 3]);
            throw new IOException("No space left on device", 28);
        }));
        Assert.Equal($"Cannot write '{_folder.File("a.npy")}': the disk is full; free some space and try again.", error.Message);
        Assert.Equal([5], NpyFile.Read(_folder.File("a.npy")).Bytes.ToArray());
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Write_TooFewElements_IsRefused()
    {
        Assert.Throws<InvalidOperationException>(
            () => NpyFile.Write(_folder.File("a.npy"), DType.Int32, new Shape(2), stream => stream.Write(new byte[7])));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData(".gz")]
    [InlineData(".br")]
    public void Compressed_Array_ReadsAsThePlainOne(string ending)
    {
        var path = WriteCompressed(ending, bytes => bytes);
        Assert.Equal((DType.Int32, new Shape(4, 2)), NpyFile.ReadHeader(path));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], NpyFile.Read(path).Span<int>().ToArray());
        Assert.Equal([2, 3, 4, 5], NpyFile.ReadRows(path, 1, 2).Span<int>().ToArray());
    }

    [Theory]
    [InlineData(".gz", 3, "ends before the data")]
    [InlineData(".br", 32, "ends before the data")]
    [InlineData(".gz", -1, "holds more data than its header")]
    public void Compressed_ArrayOfAnotherLength_IsADataException(string ending, int missing, string sentence)
    {
        var path = WriteCompressed(ending, bytes => missing > 0 ? bytes[..^missing] : [.. bytes, 0]);
        Assert.Contains(sentence, Assert.Throws<DataException>(() => NpyFile.Read(path)).Message);
        Assert.Contains(sentence, Assert.Throws<DataException>(() => NpyFile.ReadHeader(path)).Message);
        if (missing > 0)
            Assert.Contains(sentence, Assert.Throws<DataException>(() => NpyFile.ReadRows(path, 3, 1)).Message);
    }

    /// <summary>A hundred bytes that announce 2,147,483,000: what they announce is not taken before it comes.</summary>
    [Fact]
    public void Compressed_HeaderOfAnImpossibleSize_TakesNoMemory()
    {
        var path = WriteCompressed(".gz", bytes =>
        {
            "'descr': '|u1'"u8.CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf("'descr'"u8)));
            "(2147483000,), }"u8.CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf("(4, 2), }"u8)));
            return bytes;
        });
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("ends before the data", Assert.Throws<DataException>(() => NpyFile.Read(path)).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Theory]
    [InlineData(".gz")]
    [InlineData(".br")]
    public void Compressed_DamagedContent_IsADataException(string ending)
    {
        File.WriteAllBytes(_folder.File("a.npy" + ending), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        Assert.Contains("a.npy" + ending, Assert.Throws<DataException>(() => NpyFile.Read(_folder.File("a.npy" + ending))).Message);
    }

    /// <summary>The array 0 to 7 of 4x2 integers, its bytes changed and then compressed.</summary>
    private string WriteCompressed(string ending, Func<byte[], byte[]> change)
    {
        NpyFile.Write(_folder.File("plain.npy"), Tensor.From<int>([0, 1, 2, 3, 4, 5, 6, 7], new Shape(4, 2)));
        var bytes = change(File.ReadAllBytes(_folder.File("plain.npy")));
        File.WriteAllBytes(_folder.File("a.npy" + ending), ending == ".gz" ? IdxBytes.Gzip(bytes) : IdxBytes.Brotli(bytes));
        return _folder.File("a.npy" + ending);
    }
}
