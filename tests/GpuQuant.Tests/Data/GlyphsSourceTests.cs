using GpuQuant.Data;
using GpuQuant.Data.Drawn;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

public class GlyphsSourceTests
{
    private static readonly IDataset Train = new GlyphsSource().Load(DataPart.Train, "");
    private static readonly IDataset Test = new GlyphsSource().Load(DataPart.Test, "");

    [Fact]
    public void Pictures_AreWhiteOnBlack_WithFreeBorders()
    {
        var pixels = Test.Samples(500);
        Assert.InRange(pixels.Average(value => value), 15, 60);
        // The outermost ring holds noise only: no sample's digit is cut off.
        var ring = Enumerable.Range(0, 500).SelectMany(i => pixels[(i * 784)..(i * 784 + 28)]);
        Assert.InRange(ring.Average(value => value), 0, 10);
    }

    /// <summary>Hard enough to tell nets apart, easy enough to be learnt: a plain nearest neighbour lands between.</summary>
    [Fact]
    public void NearestNeighbour_OnAPart_IsGoodButNotPerfect()
    {
        var (training, tested) = (Train.Samples(4000), Test.Samples(300));
        var right = Enumerable.Range(0, 300).AsParallel()
            .Count(i => Train.Label(Nearest(training, tested.AsSpan(i * 784, 784))) == Test.Label(i));
        Assert.InRange(right / 300.0, 0.80, 0.96);
    }

    private static int Nearest(byte[] training, ReadOnlySpan<byte> image)
    {
        var (best, bestDistance) = (-1, long.MaxValue);
        for (var candidate = 0; candidate < training.Length / 784; candidate++)
        {
            var distance = 0L;
            for (var i = 0; i < 784 && distance < bestDistance; i++)
            {
                var difference = image[i] - training[candidate * 784 + i];
                distance += difference * difference;
            }
            if (distance < bestDistance)
                (best, bestDistance) = (candidate, distance);
        }
        return best;
    }
}
