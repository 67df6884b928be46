using GpuQuant.Data;
using static TorchSharp.torch;

namespace GpuQuant.Peers;

/// <summary>A set of images in memory, from which libtorch's batches are made.</summary>
internal sealed class TorchImages
{
    private const float Scale = 1f / 255f;
    private readonly byte[] _pixels;
    private readonly long[] _labels;
    private readonly int _length;

    public TorchImages(IDataset data)
    {
        _length = checked((int)data.SampleShape.Count);
        (_pixels, _labels) = (new byte[(long)data.Count * _length], new long[data.Count]);
        for (var i = 0; i < data.Count; i++)
        {
            data.Read(i, _pixels.AsSpan(i * _length, _length));
            _labels[i] = data.Label(i);
        }
    }

    public int Count => _labels.Length;

    /// <summary>The mean of each pixel over all images, of values from 0 to 1.</summary>
    public float[] Mean()
    {
        var sums = new double[_length];
        for (var i = 0; i < _pixels.Length; i++)
            sums[i % _length] += _pixels[i];
        return [.. sums.Select(sum => (float)(sum / 255 / Count))];
    }

    /// <summary>Some images, channels last, minus the mean.</summary>
    public float[] Pixels(int[] samples, float[] mean)
    {
        var pixels = new float[samples.Length * _length];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = _pixels[samples[i / _length] * _length + i % _length] * Scale - mean[i % _length];
        return pixels;
    }

    /// <summary>Their classes.</summary>
    public Tensor Labels(int[] samples) => tensor(samples.Select(sample => _labels[sample]).ToArray());
}
