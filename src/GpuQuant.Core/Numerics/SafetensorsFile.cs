using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace GpuQuant.Numerics;

/// <summary>
/// Named tensors in one file in the safetensors format (an 8-byte header length, a JSON header, the raw bytes), which Python reads with
/// <c>safetensors.numpy.load_file</c>. The metadata carries a SHA-256 of the whole file, so that no damaged byte goes unnoticed.
/// </summary>
/// <param name="Tensors">The tensors by name.</param>
/// <param name="Metadata">Free text by name.</param>
public sealed record SafetensorsFile(IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    private const string ChecksumKey = "checksum";
    private static readonly string Unset = new('0', 64);

    private static readonly (DType Type, string Name)[] TypeNames =
    [
        (DType.Float32, "F32"), (DType.Float16, "F16"), (DType.BFloat16, "BF16"), (DType.Int8, "I8"), (DType.UInt8, "U8"),
        (DType.Int16, "I16"), (DType.Int32, "I32"), (DType.Int64, "I64"),
    ];

    /// <summary>Writes the file whole or not at all; the same content gives the same bytes.</summary>
    /// <exception cref="DataException">The file cannot be written.</exception>
    /// <exception cref="UsageException">The metadata has an entry of the checksum's name.</exception>
    public void Write(string path)
    {
        if (Metadata.ContainsKey(ChecksumKey))
            throw new UsageException($"Metadata cannot have an entry '{ChecksumKey}': the file's own checksum has that name.");
        var tensors = Tensors.OrderBy(t => t.Key, StringComparer.Ordinal).ToArray();
        var header = Header(tensors);
        using var content = new MemoryStream();
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        content.Write(length);
        content.Write(header);
        foreach (var (_, tensor) in tensors)
            content.Write(tensor.Bytes);
        var bytes = content.ToArray();
        SetChecksum(bytes, header.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>Reads a file and checks its structure and, where it carries one, its checksum.</summary>
    /// <param name="path">The file.</param>
    /// <param name="requireChecksum">Whether a file without a checksum is refused: those that GpuQuant wrote have one.</param>
    /// <exception cref="DataException">The file is missing, cut off, changed, or no safetensors file.</exception>
    public static SafetensorsFile Read(string path, bool requireChecksum = false) => Read(ReadBytes(path), path, requireChecksum);

    /// <summary>Reads a file's content, which may change meanwhile; the name is for errors.</summary>
    internal static SafetensorsFile Read(byte[] bytes, string path, bool requireChecksum = false)
    {
        var headerLength = bytes.Length < 8 ? -1 : BinaryPrimitives.ReadInt64LittleEndian(bytes);
        if (headerLength < 2 || headerLength > bytes.Length - 8)
            throw new DataException(
                $"{path} is no safetensors file, or it was cut off: its header does not fit into its {bytes.Length} bytes.");
        try
        {
            var (tensors, metadata) = Parse(bytes, (int)headerLength);
            // Other programs may use the same name for something else.
            var isStated = metadata.TryGetValue(ChecksumKey, out var checksum) && checksum.Length == Unset.Length;
            if (isStated ? checksum != ActualChecksum(bytes, (int)headerLength, checksum!) : requireChecksum)
                throw new DataException(isStated
                    ? $"{path} is damaged: its checksum does not match its content. Use a copy, or make it again."
                    : $"{path} carries no checksum, so GpuQuant did not write it; give a file that it wrote.");
            if (isStated)
                metadata.Remove(ChecksumKey);
            return new(tensors, metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException
            or IndexOutOfRangeException or OverflowException or ArgumentException or UsageException)
        {
            throw new DataException($"{path} is damaged or no safetensors file: {e.Message}", e);
        }
    }

    /// <summary>Reads a file of our own and makes something of it; what the file lacks or garbles is a <see cref="DataException"/>.</summary>
    public static T Read<T>(string path, Func<SafetensorsFile, T> interpret)
    {
        var file = Read(path, requireChecksum: true);
        try
        {
            return interpret(file);
        }
        catch (Exception e) when (e is KeyNotFoundException or FormatException or OverflowException or ArgumentException or UsageException)
        {
            throw new DataException($"{path} is not what it should be: {e.Message}", e);
        }
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException(File.Exists(path) ? $"{path} cannot be read: {e.Message}" : $"There is no file {path}.", e);
        }
    }

    private byte[] Header(KeyValuePair<string, Tensor>[] tensors)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString(ChecksumKey, Unset);
            foreach (var (key, value) in Metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                json.WriteString(key, value);
            json.WriteEndObject();
            var offset = 0L;
            foreach (var (name, tensor) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", TypeNames.First(t => t.Type == tensor.Type).Name);
                json.WriteStartArray("shape");
                foreach (var dim in tensor.Shape)
                    json.WriteNumberValue(dim);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (stream.Length % 8 != 0)
            stream.WriteByte((byte)' ');
        return stream.ToArray();
    }

    private static (Dictionary<string, Tensor> Tensors, Dictionary<string, string> Metadata) Parse(byte[] bytes, int headerLength)
    {
        using var json = JsonDocument.Parse(bytes.AsMemory(8, headerLength));
        var (tensors, metadata) = (new Dictionary<string, Tensor>(), new Dictionary<string, string>());
        var data = bytes.AsSpan(8 + headerLength);
        var places = new List<(long Begin, long End)>();
        foreach (var entry in json.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
            {
                foreach (var item in entry.Value.EnumerateObject())
                    AddOnce(metadata, item.Name, item.Value.GetString() ?? "");
                continue;
            }
            var (type, shape, begin, end) = ParseTensor(entry);
            if (begin < 0 || end < begin || end > data.Length)
                throw new FormatException($"tensor '{entry.Name}' lies at bytes {begin} to {end} of {data.Length}; the file was cut off.");
            AddOnce(tensors, entry.Name, new Tensor(type, shape, data[(int)begin..(int)end].ToArray()));
            places.Add((begin, end));
        }
        CheckPlaces(places, data.Length);
        return (tensors, metadata);
    }

    private static (DType Type, Shape Shape, long Begin, long End) ParseTensor(JsonProperty entry)
    {
        var name = entry.Value.GetProperty("dtype").GetString();
        var type = TypeNames.FirstOrDefault(t => t.Name == name, (default, ""));
        if (type.Name.Length == 0)
        {
            var known = string.Join(", ", TypeNames.Select(t => t.Name));
            throw new FormatException($"tensor '{entry.Name}' has type {name}; known are {known}.");
        }
        var shape = new Shape([.. entry.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32())]);
        var offsets = entry.Value.GetProperty("data_offsets");
        return (type.Type, shape, offsets[0].GetInt64(), offsets[1].GetInt64());
    }

    /// <summary>Throws unless the tensors lie one after the other and cover all bytes.</summary>
    private static void CheckPlaces(List<(long Begin, long End)> places, long length)
    {
        var used = 0L;
        foreach (var (begin, end) in places.Order().Append((length, length)))
        {
            if (begin != used)
                throw new FormatException(begin < used ? $"two tensors overlap at byte {begin}."
                    : $"{begin - used} bytes belong to no tensor.");
            used = end;
        }
    }

    private static void AddOnce<T>(Dictionary<string, T> entries, string name, T value)
    {
        if (!entries.TryAdd(name, value))
            throw new FormatException($"the name '{name}' stands in the header twice.");
    }

    private static string ActualChecksum(byte[] bytes, int headerLength, string stated)
    {
        SetChecksum(bytes, headerLength, Unset, stated);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    /// <summary>Puts a checksum into the header in place of another; the hash is taken with zeros in its place.</summary>
    private static void SetChecksum(byte[] bytes, int headerLength, string value, string? present = null)
    {
        var header = bytes.AsSpan(8, headerLength);
        var at = header.IndexOf(Encoding.ASCII.GetBytes($"\"{ChecksumKey}\":\"{present ?? Unset}\""));
        if (at < 0)
            throw new FormatException("the checksum is not where it was written.");
        Encoding.ASCII.GetBytes(value, header[(at + ChecksumKey.Length + 4)..]);
    }
}
