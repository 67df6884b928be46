using System.Globalization;
using System.Runtime.InteropServices;
using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>
/// How a parameter lies in a model's file: as it is, or in a smaller form from which the same bits are read back. A form that would lose
/// a bit is never taken; the parameter then lies in the file as it is.
/// </summary>
/// <param name="Form">What <see cref="Read"/> needs to know of a packed form, null for tensors that speak for themselves.</param>
/// <param name="Parts">The tensors of the file, by what their names have after the parameter's: nothing for the first.</param>
/// <remarks>
/// Packed integers are unsigned, lowest bits first: the 4-bit numbers 3 and 10 are the byte 0xA3. Beside <c>conv1/kernel</c> lie
/// <c>conv1/kernel.scales</c> and, where they are not the middle, <c>conv1/kernel.zero_points</c>: value = (u - zero point) scale; or
/// <c>conv1/kernel.offsets</c>: value = u scale + offset.
/// </remarks>
public sealed record StoredTensor(string? Form, IReadOnlyDictionary<string, Tensor> Parts)
{
    private const string Scales = ".scales", ZeroPoints = ".zero_points", Offsets = ".offsets", Transposed = " transposed";

    /// <summary>The parameter itself.</summary>
    public static StoredTensor AsItIs(Tensor value) => new(null, new Dictionary<string, Tensor> { [""] = value });

    /// <summary>Half floats.</summary>
    public static StoredTensor Halves(Tensor value)
    {
        var halves = Array.ConvertAll(value.Span<float>().ToArray(), x => (Half)x);
        return Checked(value, AsItIs(Tensor.From<Half>(halves, value.Shape)));
    }

    /// <summary>bfloat16: the upper halves of floats.</summary>
    public static StoredTensor UpperHalves(Tensor value)
    {
        var halves = new Tensor(DType.BFloat16, value.Shape);
        var from = MemoryMarshal.Cast<byte, ushort>(value.Bytes);
        var to = MemoryMarshal.Cast<byte, ushort>(halves.Bytes);
        for (var i = 0; i < to.Length; i++)
            to[i] = from[2 * i + 1];
        return Checked(value, AsItIs(halves));
    }

    /// <summary>int8 numbers in 2 bits each (-2 to 1), else in 4 (-8 to 7).</summary>
    public static StoredTensor Integers(Tensor value)
    {
        if (value.Type != DType.Int8)
            return AsItIs(value);
        foreach (var bits in new[] { 2, 4 })
        {
            var middle = 1 << (bits - 1);
            var numbers = Array.ConvertAll(value.Span<sbyte>().ToArray(), q => (byte)(q + middle));
            if (Array.TrueForAll(numbers, u => u < 2 * middle))
                return Packed(value, bits, 0, numbers, []);
        }
        return AsItIs(value);
    }

    /// <summary>
    /// Floats that are whole multiples of a step, one step for each <paramref name="groupSize"/> neighbours of an output channel. The
    /// steps are found again from the values, so that it does not matter which pass made them.
    /// </summary>
    /// <param name="value">The floats, output channels first.</param>
    /// <param name="bits">2, 4 or 8.</param>
    /// <param name="groupSize">Values of a group; a channel's last group may be shorter.</param>
    public static StoredTensor Steps(Tensor value, int bits, int groupSize)
    {
        var groups = Groups(value.Shape, groupSize);
        var (numbers, scales, zeroPoints) = (new byte[value.Shape.Count], new float[groups.Count], new byte[groups.Count]);
        for (var g = 0; g < groups.Count; g++)
        {
            if (StepSearch.Multiples(value.Span<float>()[groups[g]], bits, numbers.AsSpan()[groups[g]]) is not var (scale, zeroPoint))
                return AsItIs(value);
            (scales[g], zeroPoints[g]) = (scale, zeroPoint);
        }
        var parts = new Dictionary<string, Tensor> { [Scales] = Tensor.From<float>(scales, new Shape(scales.Length)) };
        if (Array.Exists(zeroPoints, zero => zero != 1 << (bits - 1)))
            parts[ZeroPoints] = Tensor.From<byte>(zeroPoints, new Shape(zeroPoints.Length));
        return Packed(value, bits, groupSize, numbers, parts);
    }

    /// <summary>Floats of up to 256 steps from an output channel's least value: a byte each, a scale and an offset per channel.</summary>
    public static StoredTensor Channels(Tensor value)
    {
        var length = (int)(value.Shape.Count / value.Shape[0]);
        var groups = Groups(value.Shape, length);
        var (numbers, scales, offsets) = (new byte[value.Shape.Count], new float[groups.Count], new float[groups.Count]);
        for (var g = 0; g < groups.Count; g++)
        {
            if (StepSearch.Steps(value.Span<float>()[groups[g]], numbers.AsSpan()[groups[g]]) is not var (scale, offset))
                return AsItIs(value);
            (scales[g], offsets[g]) = (scale, offset);
        }
        var shape = new Shape(groups.Count);
        return Packed(value, 8, length, numbers,
            new() { [Scales] = Tensor.From<float>(scales, shape), [Offsets] = Tensor.From<float>(offsets, shape) });
    }

    /// <summary>The same for a matrix whose output channels are its columns: it lies in the file transposed.</summary>
    public static StoredTensor Columns(Tensor value)
    {
        var stored = Channels(value.Transposed());
        return stored.Form is null ? AsItIs(value) : stored with { Form = stored.Form + Transposed };
    }

    /// <summary>The parameter of a stored form; half floats become floats.</summary>
    /// <param name="form">The form that was stored with it.</param>
    /// <param name="parts">The tensors by the end of their names.</param>
    /// <exception cref="FormatException">Form and tensors do not belong together.</exception>
    public static Tensor Read(string? form, IReadOnlyDictionary<string, Tensor> parts)
    {
        if (form is null)
            return Widen(parts[""]);
        if (form.EndsWith(Transposed, StringComparison.Ordinal))
            return Read(form[..^Transposed.Length], parts).Transposed();
        var words = form.Split(' ');
        if (words.Length != 3 || !int.TryParse(words[0], CultureInfo.InvariantCulture, out var bits) || bits is not (2 or 4 or 8)
            || !int.TryParse(words[1], CultureInfo.InvariantCulture, out var groupSize) || groupSize < 0)
            throw new FormatException($"a tensor is stored as '{form}', which is unknown.");
        var shape = new Shape([.. words[2].Split('x').Select(d => int.Parse(d, CultureInfo.InvariantCulture))]);
        var numbers = PackedBits.Unpack(parts[""].Span<byte>(), bits, checked((int)shape.Count));
        var middle = 1 << (bits - 1);
        return groupSize == 0
            ? Tensor.From<sbyte>(Array.ConvertAll(numbers, u => (sbyte)(u - middle)), shape)
            : Values(shape, groupSize, numbers, middle, parts);
    }

    private static Tensor Values(Shape shape, int groupSize, byte[] numbers, int middle, IReadOnlyDictionary<string, Tensor> parts)
    {
        var (values, groups) = (new Tensor(DType.Float32, shape), Groups(shape, groupSize));
        var scales = parts[Scales].Span<float>();
        var (zeroPoints, offsets) = (parts.GetValueOrDefault(ZeroPoints), parts.GetValueOrDefault(Offsets));
        if (scales.Length != groups.Count || (zeroPoints ?? offsets ?? parts[Scales]).Shape.Count != groups.Count)
            throw new FormatException($"{groups.Count} groups of weights have {scales.Length} scales.");
        for (var g = 0; g < groups.Count; g++)
            for (var i = groups[g].Start.Value; i < groups[g].End.Value; i++)
                values.Span<float>()[i] = offsets is null
                    ? (numbers[i] - (zeroPoints?.Span<byte>()[g] ?? middle)) * scales[g]
                    : StepSearch.Value(numbers[i], scales[g], offsets.Span<float>()[g]);
        return values;
    }

    private static StoredTensor Packed(Tensor value, int bits, int groupSize, byte[] numbers, Dictionary<string, Tensor> parts)
    {
        var packed = PackedBits.Pack(numbers, bits);
        parts[""] = Tensor.From<byte>(packed, new Shape(packed.Length));
        return Checked(value, new(string.Create(CultureInfo.InvariantCulture, $"{bits} {groupSize} {value.Shape}"), parts));
    }

    /// <summary>The form if it gives back the same bits, else the value.</summary>
    private static StoredTensor Checked(Tensor value, StoredTensor stored) =>
        Read(stored.Form, stored.Parts).Bytes.SequenceEqual(value.Bytes) ? stored : AsItIs(value);

    private static List<Range> Groups(Shape shape, int size)
    {
        var (row, groups) = (checked((int)(shape.Count / shape[0])), new List<Range>());
        for (var first = 0; first < shape.Count; first += row)
            for (var begin = 0; begin < row; begin += size)
                groups.Add((first + begin)..(first + Math.Min(row, begin + size)));
        return groups;
    }

    private static Tensor Widen(Tensor stored)
    {
        if (stored.Type is not (DType.Float16 or DType.BFloat16))
            return stored;
        var floats = new Tensor(DType.Float32, stored.Shape);
        var halves = MemoryMarshal.Cast<byte, ushort>(stored.Bytes);
        for (var i = 0; i < halves.Length; i++)
            floats.Span<float>()[i] = stored.Type == DType.BFloat16
                ? BitConverter.Int32BitsToSingle(halves[i] << 16)
                : (float)BitConverter.UInt16BitsToHalf(halves[i]);
        return floats;
    }
}
