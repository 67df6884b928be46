namespace GpuQuant.Shifts.Cifar10C;

/// <summary>A colour picture: height x width x 3 bytes, row by row.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Pixels">Red, green and blue of every pixel.</param>
internal sealed record RgbPicture(int Height, int Width, byte[] Pixels)
{
    /// <summary>One row of it from a column on: red, green, blue, red, ...</summary>
    public ReadOnlySpan<byte> Row(int row, int column, int width) => Pixels.AsSpan((row * Width + column) * 3, width * 3);
}
