using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Numerics;

public sealed class SafetensorsFileTests : IDisposable
{
    private static readonly Dictionary<string, Tensor> Tensors = new()
    {
        ["float"] = Tensor.From<float>([1.5f, float.NaN, -0f, float.MaxValue], new Shape(2, 2)),
        ["half"] = Tensor.From<Half>([(Half)0.1f, Half.NegativeInfinity, Half.Epsilon], new Shape(3)),
        ["bfloat16"] = new(DType.BFloat16, new Shape(2), [0x80, 0x3F, 1, 0]),
        ["a/int8"] = Tensor.From<sbyte>([-128, 127, 0], new Shape(1, 3)),
        ["uint8"] = Tensor.From<byte>([0, 255], new Shape(2)),
        ["int16"] = Tensor.From<short>([short.MinValue, 7], new Shape(2, 1)),
        ["int32"] = Tensor.From<int>([int.MinValue], new Shape(1)),
        ["int64"] = Tensor.From<long>([long.MaxValue, -1], new Shape(2)),
        ["scalar ünïcode \"quoted\""] = Tensor.From<float>([42], new Shape()),
    };

    private static readonly Dictionary<string, string> Metadata = new()
    {
        ["b"] = "two\nlines",
        ["a"] = "ünïcode \"quoted\" \\ / </script>",
        [""] = "",
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_AndRead_GivesTheSameTensorsAndMetadata()
    {
        var read = SafetensorsFile.Read(Write(new SafetensorsFile(Tensors, Metadata)), requireChecksum: true);
        Assert.Equal(Tensors.Keys.Order(), read.Tensors.Keys.Order());
        foreach (var (name, tensor) in Tensors)
        {
            Assert.Equal((tensor.Type, tensor.Shape), (read.Tensors[name].Type, read.Tensors[name].Shape));
            Assert.Equal(tensor.Bytes.ToArray(), read.Tensors[name].Bytes.ToArray());
        }
        Assert.Equal(Metadata.OrderBy(m => m.Key), read.Metadata.OrderBy(m => m.Key));
        Assert.Equal(Enum.GetValues<DType>().Order(), Tensors.Values.Select(t => t.Type).Distinct().Order());
    }

    [Fact]
    public void Write_SameContentInAnotherOrder_GivesTheSameBytes()
    {
        var first = File.ReadAllBytes(Write(new SafetensorsFile(Tensors, Metadata)));
        var reversed = new SafetensorsFile(Tensors.Reverse().ToDictionary(), Metadata.Reverse().ToDictionary());
        Assert.Equal(first, File.ReadAllBytes(Write(reversed)));
    }

    /// <summary>The format as published: length of the header, the header, and the tensors' bytes without gaps from offset 0 on.</summary>
    [Fact]
    public void Write_File_IsWhatTheFormatSays()
    {
        var bytes = File.ReadAllBytes(Write(new SafetensorsFile(Tensors, Metadata)));
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        var header = JsonNode.Parse(Encoding.UTF8.GetString(bytes, 8, length))!.AsObject();
        Assert.All(header["__metadata__"]!.AsObject(), entry =>
            Assert.Equal(System.Text.Json.JsonValueKind.String, entry.Value!.GetValueKind()));
        var end = 0;
        foreach (var (name, entry) in header.Where(entry => entry.Key != "__metadata__")
            .OrderBy(entry => (int)entry.Value!["data_offsets"]![0]!))
        {
            var (begin, next) = ((int)entry!["data_offsets"]![0]!, (int)entry["data_offsets"]![1]!);
            Assert.Equal(end, begin);
            Assert.Equal(Tensors[name].Bytes.ToArray(), bytes[(8 + length + begin)..(8 + length + next)]);
            Assert.Equal(Tensors[name].Shape, new Shape([.. entry["shape"]!.AsArray().Select(d => (int)d!)]));
            Assert.Equal(NameOf(Tensors[name].Type), (string?)entry["dtype"]);
            end = next;
        }
        Assert.Equal(bytes.Length, 8 + length + end);
        Assert.Equal(Tensors.Count + 1, header.Count);
    }

    [Fact]
    public void Read_AnyFlippedBit_IsADataError()
    {
        var path = Write(Small());
        var good = File.ReadAllBytes(path);
        for (var i = 0; i < good.Length * 8; i++)
        {
            var bad = good.ToArray();
            bad[i / 8] ^= (byte)(1 << i % 8);
            AssertRefused(bad, $"byte {i / 8}, bit {i % 8}");
        }
    }

    [Fact]
    public void Read_AnyTruncation_IsADataError()
    {
        var good = File.ReadAllBytes(Write(Small()));
        for (var length = 0; length < good.Length; length++)
            AssertRefused(good[..length], $"length {length}");
        AssertRefused([.. good, 0], "one byte more");
    }

    [Fact]
    public void Read_NoFile_IsADataError()
    {
        var error = Assert.Throws<DataException>(() => SafetensorsFile.Read(_folder.File("nothing")));
        Assert.Equal($"There is no file {_folder.File("nothing")}.", error.Message);
        Assert.Throws<DataException>(() => SafetensorsFile.Read(_folder.Path));
    }

    [Fact]
    public void Write_MetadataNamedLikeTheChecksum_IsRefused() => Assert.Throws<UsageException>(() =>
        Write(new SafetensorsFile(Tensors, new Dictionary<string, string> { ["checksum"] = "mine" })));

    private static SafetensorsFile Small() => new(
        new Dictionary<string, Tensor>
        {
            ["a"] = Tensor.From<float>([1, 2], new Shape(2)),
            ["b"] = Tensor.From<byte>([32, 32, 32], new Shape(3))
        },
        new Dictionary<string, string> { ["key"] = "value" });

    private static string NameOf(DType type) => type switch
    {
        DType.Float32 => "F32",
        DType.Float16 => "F16",
        DType.BFloat16 => "BF16",
        DType.UInt8 => "U8",
        _ => "I" + type.ToString()[3..],
    };

    private void AssertRefused(byte[] content, string what)
    {
        var error = Record.Exception(() => SafetensorsFile.Read(_folder.Write("bad", content), requireChecksum: true));
        Assert.True(error is DataException, $"{what}: {error?.ToString() ?? "was read"}");
    }

    private string Write(SafetensorsFile file)
    {
        file.Write(_folder.File("file.safetensors"));
        return _folder.File("file.safetensors");
    }
}
