using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>Images in memory, each with the place where it was taken.</summary>
/// <param name="images">The images.</param>
/// <param name="locations">One place per image.</param>
internal sealed class LocatedImages(ImageDataset images, int[] locations) : ILocatedDataset
{
    /// <inheritdoc/>
    public string Name => images.Name;

    /// <inheritdoc/>
    public int Count => images.Count;

    /// <inheritdoc/>
    public int Classes => images.Classes;

    /// <inheritdoc/>
    public Shape SampleShape => images.SampleShape;

    /// <inheritdoc/>
    public DType SampleType => images.SampleType;

    /// <inheritdoc/>
    public int Label(int index) => images.Label(index);

    /// <inheritdoc/>
    public int Location(int index) => locations[index];

    /// <inheritdoc/>
    public void Read(int index, Span<byte> destination) => images.Read(index, destination);
}
