using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Peers;

/// <summary>Random pixels to calibrate with, where only the time is asked for.</summary>
internal sealed class NoiseDataset(PeerNet net) : IDataset
{
    public string Name => "noise";

    public int Count => 128;

    public int Classes => PeerNet.Classes;

    public Shape SampleShape => net.Sample;

    public DType SampleType => DType.UInt8;

    public int Label(int index) => index % Classes;

    public void Read(int index, Span<byte> destination)
    {
        var random = new RandomStream(3, RandomPurpose.Test, sample: (uint)index);
        foreach (ref var pixel in destination)
            pixel = (byte)random.NextUInt32();
    }
}
