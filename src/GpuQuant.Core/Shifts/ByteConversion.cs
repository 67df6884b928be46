namespace GpuQuant.Shifts;

/// <summary>From grey values in [0, 1] to bytes and back, exactly as the published generators do it.</summary>
public static class ByteConversion
{
    private static readonly double[] Units = [.. Enumerable.Range(0, 256).Select(value => value / 255.0)];

    /// <summary>A byte as a grey value: <c>value / 255</c>; 51 becomes 0.2.</summary>
    public static double ToUnit(byte value) => Units[value];

    /// <summary>
    /// MNIST-C's way back: limited to [0, 1], times 255, converted to float32, rounded half to even.
    /// 0.5 is 127.5 and becomes 128; 128.5 / 255 becomes 128; 129.5 / 255 becomes 130; 1.2 becomes 255.
    /// </summary>
    public static byte RoundToByte(double value) => (byte)MathF.Round((float)(Math.Clamp(value, 0, 1) * 255));

    /// <summary>
    /// CIFAR-10-C's way back: limited to [0, 1], times 255, the fraction cut off. 0.5 is 127.5 and becomes 127; 1.2 becomes 255.
    /// </summary>
    public static byte TruncateToByte(double value) => (byte)(Math.Clamp(value, 0, 1) * 255);

    /// <summary>The same in single precision, for the corruptions that compute in it.</summary>
    public static byte TruncateToByte(float value) => (byte)(Math.Clamp(value, 0, 1) * 255);

    /// <summary>Every byte as a grey value (<see cref="ToUnit"/>).</summary>
    public static void ToUnits(ReadOnlySpan<byte> image, Span<double> plane)
    {
        for (var i = 0; i < image.Length; i++)
            plane[i] = ToUnit(image[i]);
    }

    /// <summary>MNIST-C's way back for every grey value (<see cref="RoundToByte"/>).</summary>
    public static void RoundToBytes(ReadOnlySpan<double> plane, Span<byte> image)
    {
        for (var i = 0; i < plane.Length; i++)
            image[i] = RoundToByte(plane[i]);
    }
}
