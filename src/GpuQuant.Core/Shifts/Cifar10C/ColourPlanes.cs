namespace GpuQuant.Shifts.Cifar10C;

/// <summary>One channel of a colour image (red, green, blue, red, ...) as a plane of its own, and back.</summary>
internal static class ColourPlanes
{
    /// <summary>The number of channels.</summary>
    public const int Channels = 3;

    /// <summary>Copies a channel's bytes.</summary>
    public static void Split(ReadOnlySpan<byte> image, int channel, Span<byte> plane)
    {
        for (var i = 0; i < plane.Length; i++)
            plane[i] = image[i * Channels + channel];
    }

    /// <summary>Copies a channel as values in [0, 1].</summary>
    public static void Split(ReadOnlySpan<byte> image, int channel, Span<double> plane)
    {
        for (var i = 0; i < plane.Length; i++)
            plane[i] = ByteConversion.ToUnit(image[i * Channels + channel]);
    }

    /// <summary>Puts a channel's bytes back.</summary>
    public static void Join(ReadOnlySpan<byte> plane, int channel, Span<byte> image)
    {
        for (var i = 0; i < plane.Length; i++)
            image[i * Channels + channel] = plane[i];
    }

    /// <summary>Puts a channel's values back, limited to [0, 1] and truncated to bytes.</summary>
    public static void Join(ReadOnlySpan<double> plane, int channel, Span<byte> image)
    {
        for (var i = 0; i < plane.Length; i++)
            image[i * Channels + channel] = ByteConversion.TruncateToByte(plane[i]);
    }
}
