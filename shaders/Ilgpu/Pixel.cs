namespace GpuQuant.Kernels;

/// <summary>Where an element of a channels-last tensor of images stands.</summary>
internal readonly record struct Pixel(int Image, int Y, int X, int Channel)
{
    /// <summary>The place of element <paramref name="i"/> of N x height x width x channels.</summary>
    public static Pixel Of(int i, int height, int width, int channels)
    {
        var pixel = i / channels;
        var row = pixel / width;
        return new(row / height, row % height, pixel % width, i % channels);
    }
}
