namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// A colour as hue (in turns: red 0, green 1/3, blue 2/3), saturation and value, each 0 to 1; grey has hue 0. The arithmetic is
/// scikit-image's, operation by operation.
/// </summary>
/// <example>(0.8, 0.4, 0.4) has hue 0, saturation 0.5 and value 0.8.</example>
internal readonly record struct Hsv(double Hue, double Saturation, double Value)
{
    /// <summary>From a pixel's bytes: red, green, blue.</summary>
    public static Hsv From(ReadOnlySpan<byte> pixel)
    {
        var (red, green, blue) = (ByteConversion.ToUnit(pixel[0]), ByteConversion.ToUnit(pixel[1]), ByteConversion.ToUnit(pixel[2]));
        var value = Math.Max(red, Math.Max(green, blue));
        var range = value - Math.Min(red, Math.Min(green, blue));
        if (range == 0)
            return new(0, 0, value);
        var sixths = blue == value ? 4 + (red - green) / range
            : green == value ? 2 + (blue - red) / range
            : (green - blue) / range;
        var hue = sixths / 6;
        return new(hue < 0 ? hue + 1 : hue, range / value, value);
    }

    /// <summary>Writes the pixel's red, green and blue, limited to [0, 1] and truncated to bytes.</summary>
    public void Write(Span<byte> pixel)
    {
        var sector = Math.Floor(Hue * 6);
        var fraction = Hue * 6 - sector;
        var least = Value * (1 - Saturation);
        var falling = Value * (1 - fraction * Saturation);
        var rising = Value * (1 - (1 - fraction) * Saturation);
        var (red, green, blue) = ((int)sector % 6) switch
        {
            0 => (Value, rising, least),
            1 => (falling, Value, least),
            2 => (least, Value, rising),
            3 => (least, falling, Value),
            4 => (rising, least, Value),
            _ => (Value, least, falling),
        };
        pixel[0] = ByteConversion.TruncateToByte(red);
        pixel[1] = ByteConversion.TruncateToByte(green);
        pixel[2] = ByteConversion.TruncateToByte(blue);
    }
}
