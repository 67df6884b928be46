using System.Text;
using FsCheck;
using FsCheck.Fluent;
using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

public class NpyFileTests
{
    [Fact]
    public void Write_Bytes_IsExactlyWhatNumPyWrites()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.npy");
        NpyFile.Write(path, Tensor.From<byte>([1, 2, 3, 4, 5, 6], new Shape(2, 3)));
        // numpy.save of numpy.array([[1, 2, 3], [4, 5, 6]], dtype=uint8): a header of 128 bytes in all.
        var header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }".PadRight(117) + "\n";
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(header), 1, 2, 3, 4, 5, 6], File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData("(5,)", 5)]
    [InlineData("(2, 3)", 2, 3)]
    [InlineData("(10000, 28, 28, 1)", 10000, 28, 28, 1)]
    [InlineData("()")]
    public void Write_Shape_IsAPythonTuple(string tuple, params int[] dims)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.npy");
        NpyFile.Write(path, new Tensor(DType.UInt8, new Shape(dims)));
        Assert.Contains($"'shape': {tuple}, }}", Encoding.Latin1.GetString(File.ReadAllBytes(path)[..128]));
        Assert.Equal(new Shape(dims), NpyFile.Read(path).Shape);
    }

    [Theory]
    [InlineData(DType.UInt8, "|u1")]
    [InlineData(DType.Float32, "<f4")]
    [InlineData(DType.Int32, "<i4")]
    [InlineData(DType.Int64, "<i8")]
    public void WriteAndRead_EveryType_KeepsBytes(DType type, string descriptor)
    {
        using var folder = new TemporaryFolder();
        var bytes = Enumerable.Range(1, 6 * type.Size()).Select(i => (byte)(i * 37)).ToArray();
        NpyFile.Write(folder.File("a.npy"), new Tensor(type, new Shape(3, 2), bytes));
        var read = NpyFile.Read(folder.File("a.npy"));
        Assert.Equal((type, new Shape(3, 2)), (read.Type, read.Shape));
        Assert.Equal(bytes, read.Bytes.ToArray());
        Assert.Contains($"'{descriptor}'", File.ReadAllText(folder.File("a.npy"), Encoding.Latin1));
    }

    [Fact]
    public void Write_OtherType_IsAUsageError() => Assert.Throws<UsageException>(
        () => NpyFile.Write(Path.Combine(Path.GetTempPath(), "never.npy"), new Tensor(DType.Float16, new Shape(1))));

    [Fact]
    public void WriteAndRead_AnyIntegers_AreKept()
    {
        using var folder = new TemporaryFolder();
        Prop.ForAll<NonEmptyArray<int>>(values =>
        {
            NpyFile.Write(folder.File("a.npy"), Tensor.From<int>(values.Get, new Shape(values.Get.Length)));
            return NpyFile.Read(folder.File("a.npy")).Span<int>().SequenceEqual(values.Get);
        }).QuickCheckThrowOnFailure();
    }

    public static TheoryData<byte[], string> BadFiles() => new()
    {
        { [], "is no .npy file" },
        { [.. "PK"u8, 3, 4, 0, 0, 0, 0, 0, 0], "is no .npy file" },
        { MakeVersion(3, ""), "version 3.0" },
        { [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. "{'descr'"u8], "ends inside its header" },
        { [0x93, .. "NUMPY"u8, 1, 0, 1], "ends inside its header" },
        { [0x93, .. "NUMPY"u8, 2, 0, 255, 255, 255, 255], "header of 4294967295 bytes" },
        { Make("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", new byte[8]), "type '<f8'" },
        { Make("{'descr': '>i4', 'fortran_order': False, 'shape': (1,), }", new byte[4]), "type '>i4'" },
        { Make("{'descr': '|u1', 'fortran_order': True, 'shape': (1,), }", 1), "Fortran order" },
        { Make("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", 1), "holds 1 bytes of data" },
        { Make("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", 1, 2, 3), "holds 3 bytes of data" },
        { Make("{'descr': '|u1', 'fortran_order': False, 'shape': (0,), }"), "sizes of at least 1" },
        { Make("{'descr': '|u1', 'fortran_order': False, 'shape': (-2,), }"), "sizes of at least 1" },
        { Make("{'descr': '|u1', 'fortran_order': False, 'shape': (2147483647, 2147483647, 2147483647), }"), "impossible shape" },
        { Make("{'descr': '|u1'}", 1), "cannot be read" },
    };

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void Read_BadFile_SaysWhatIsWrong(byte[] content, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("bad.npy", content);
        var error = Assert.Throws<DataException>(() => NpyFile.Read(path));
        Assert.Contains(expected, error.Message);
        Assert.Contains(path, error.Message);
    }

    [Fact]
    public void Read_MissingFile_IsADataError() => Assert.Throws<DataException>(() => NpyFile.Read("no/such/file.npy"));

    private static byte[] Make(string header, params byte[] content) => MakeVersion(1, header, content);

    private static byte[] MakeVersion(byte version, string header, params byte[] content) =>
        [0x93, .. "NUMPY"u8, version, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. content];
}
