using System.Buffers.Binary;
using System.Text;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Numerics;

/// <summary>Files that other programs, or nobody in their right mind, wrote.</summary>
public sealed class ForeignSafetensorsTests : IDisposable
{
    private const string TwoTensors =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[4,6]}}";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(TwoTensors)]
    // Other orders, white space and metadata are allowed.
    [InlineData("{\"b\": {\"shape\": [2], \"data_offsets\": [4, 6], \"dtype\": \"U8\"},\n \"__metadata__\": {\"format\": \"pt\"}, \"a\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}}  ")]
    // So is a metadata entry of our checksum's name that is none.
    [InlineData("{\"__metadata__\":{\"checksum\":\"crc32:1234\"}," + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[4,6]}}")]
    public void Read_FileOfAnotherProgram_GivesItsTensors(string header)
    {
        var path = Write(header, [0, 0, 128, 63, 7, 8]);
        var (tensors, _) = SafetensorsFile.Read(path);
        Assert.Equal([1f], tensors["a"].Span<float>().ToArray());
        Assert.Equal([7, 8], tensors["b"].Span<byte>().ToArray());
        Assert.Throws<DataException>(() => SafetensorsFile.Read(path, requireChecksum: true));
    }

    [Theory]
    [InlineData("", "header does not fit")]
    [InlineData("{}", "bytes belong to no tensor")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("not json")]
    [InlineData("{\"a\":7}")]
    [InlineData("{\"a\":{}}")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,6]}}", "tensor 'a' has type F64; known are F32")]
    [InlineData("{\"a\":{\"dtype\":7,\"shape\":[6],\"data_offsets\":[0,6]}}")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":6,\"data_offsets\":[0,6]}}")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[0,6]}}", "takes 5 bytes, not 6")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[-6],\"data_offsets\":[0,6]}}")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[6.5],\"data_offsets\":[0,6]}}")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[2000000000,2000000000,2000000000],\"data_offsets\":[0,6]}}")]
    [InlineData("{\"a\":{\"dtype\":\"I64\",\"shape\":[1152921504606846976],\"data_offsets\":[0,6]}}")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[6],\"data_offsets\":[6,0]}}")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[6],\"data_offsets\":[-3,3]}}")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[6],\"data_offsets\":[0]}}")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[6],\"data_offsets\":[0,1e40]}}")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[7],\"data_offsets\":[0,7]}}", "the file was cut off")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[0,5]}}", "1 bytes belong to no tensor")]
    // Two tensors over the same bytes, a gap between two, and one inside another.
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[6],\"data_offsets\":[0,6]},\"b\":{\"dtype\":\"U8\",\"shape\":[6],\"data_offsets\":[0,6]}}", "overlap")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[3,6]}}", "overlap")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[3,6]}}", "belong to no tensor")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[3,6]}}", "twice")]
    [InlineData("{\"__metadata__\":{\"x\":\"1\",\"x\":\"2\"},\"a\":{\"dtype\":\"U8\",\"shape\":[6],\"data_offsets\":[0,6]}}", "twice")]
    [InlineData("{\"__metadata__\":{\"x\":1},\"a\":{\"dtype\":\"U8\",\"shape\":[6],\"data_offsets\":[0,6]}}")]
    [InlineData("{\"__metadata__\":7,\"a\":{\"dtype\":\"U8\",\"shape\":[6],\"data_offsets\":[0,6]}}")]
    public void Read_WrongHeader_IsADataErrorThatNamesTheFile(string header, string sentence = "")
    {
        var path = Write(header, new byte[6]);
        var error = Assert.Throws<DataException>(() => SafetensorsFile.Read(path));
        Assert.Contains(path, error.Message);
        Assert.Contains(sentence, error.Message);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(long.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(1UL << 40)]
    [InlineData(113)]
    [InlineData(1)]
    [InlineData(0)]
    public void Read_WrongHeaderLength_IsADataError(ulong length)
    {
        var path = Write(TwoTensors, new byte[6]);
        var bytes = File.ReadAllBytes(path);
        Assert.NotEqual(length, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        Assert.Throws<DataException>(() => SafetensorsFile.Read(_folder.Write("bad", bytes)));
    }

    /// <summary>Without a checksum, a changed header may still make sense; if it does not, the error is always the same kind.</summary>
    [Fact]
    public void Read_AnyByteOfTheHeaderReplaced_IsReadOrADataError()
    {
        var good = File.ReadAllBytes(Write(TwoTensors, new byte[6]));
        var refused = 0;
        for (var i = 0; i < 8 + TwoTensors.Length; i++)
        {
            foreach (var value in "\"{}[],:0189-eE. \\\n\0tfn\u00ff"u8.ToArray().Append((byte)0xFF))
            {
                var bad = good.ToArray();
                bad[i] = value;
                var error = Record.Exception(() => SafetensorsFile.Read(_folder.Write("bad", bad)));
                Assert.True(error is null or DataException, $"byte {i} = {value}: {error}");
                refused += error is null ? 0 : 1;
            }
        }
        Assert.InRange(refused, 1000, int.MaxValue);
    }

    private string Write(string header, byte[] data)
    {
        var bytes = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
        return _folder.Write("foreign.safetensors", header.Length == 0 ? data : [.. length, .. bytes, .. data]);
    }
}
