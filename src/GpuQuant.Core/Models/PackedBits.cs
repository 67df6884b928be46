namespace GpuQuant.Models;

/// <summary>Numbers of 2, 4 or 8 bits in bytes, the first in the lowest bits; the last byte is filled up with zeros.</summary>
internal static class PackedBits
{
    public static byte[] Pack(ReadOnlySpan<byte> numbers, int bits)
    {
        var perByte = 8 / bits;
        var packed = new byte[(numbers.Length + perByte - 1) / perByte];
        for (var i = 0; i < numbers.Length; i++)
            packed[i / perByte] |= (byte)(numbers[i] << (i % perByte * bits));
        return packed;
    }

    /// <exception cref="FormatException">There are too few or too many bytes.</exception>
    public static byte[] Unpack(ReadOnlySpan<byte> packed, int bits, int count)
    {
        var perByte = 8 / bits;
        if (packed.Length != (count + perByte - 1) / perByte)
            throw new FormatException($"{count} numbers of {bits} bits lie in {packed.Length} bytes.");
        var numbers = new byte[count];
        for (var i = 0; i < count; i++)
            numbers[i] = (byte)((packed[i / perByte] >> (i % perByte * bits)) & ((1 << bits) - 1));
        return numbers;
    }
}
