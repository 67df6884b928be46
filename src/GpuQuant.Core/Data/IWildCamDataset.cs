using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>
/// Photographs that stay in their files: each is decoded and resized to 448x448x3 bytes when it is read, or ahead of that on all cores
/// (<see cref="IDataset.Prefetch"/>). Memory: at most 256 MiB of samples that are ready, and one decoded photograph per core.
/// </summary>
internal sealed class IWildCamDataset : ILocatedDataset
{
    private const int Side = 448, Channels = 3;
    private const int MostReady = (256 << 20) / (Side * Side * Channels);
    private readonly string _pictures, _metadata;
    private readonly List<IWildCamSample> _samples;
    private readonly ReadAhead _ahead;

    /// <summary>Makes the set of the given samples, in their order.</summary>
    public IWildCamDataset(string name, string pictures, string metadata, List<IWildCamSample> samples)
    {
        (Name, _pictures, _metadata, _samples) = (name, pictures, metadata, samples);
        _ahead = new ReadAhead(Decode, MostReady);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _samples.Count;

    /// <inheritdoc/>
    public int Classes => IWildCamFolder.Classes;

    /// <inheritdoc/>
    public Shape SampleShape { get; } = new(Side, Side, Channels);

    /// <inheritdoc/>
    public DType SampleType => DType.UInt8;

    /// <inheritdoc/>
    public int Label(int index) => _samples[index].Label;

    /// <inheritdoc/>
    public int Location(int index) => _samples[index].Location;

    /// <inheritdoc/>
    public void Read(int index, Span<byte> destination) => _ahead.Take(index).CopyTo(destination);

    /// <inheritdoc/>
    public void Prefetch(ReadOnlySpan<int> upcoming) => _ahead.Announce(upcoming);

    private byte[] Decode(int index) => JpegPicture.Read(Path.Combine(_pictures, _samples[index].File),
        $"record {_samples[index].Record} of '{_metadata}'", (Side, Side));
}
