using System.Security.Cryptography;
using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

public class GlyphsSourceTests
{
    private static readonly IDataset Train = new GlyphsSource().Load(DataPart.Train, "");
    private static readonly IDataset Test = new GlyphsSource().Load(DataPart.Test, "");

    [Fact]
    public void Load_BothParts_HaveTheStatedForm()
    {
        Assert.Equal((10_000, 2_000), (Train.Count, Test.Count));
        Assert.Equal(("glyphs/train", "glyphs/test"), (Train.Name, Test.Name));
        var form = (10, new Shape(28, 28, 1), DType.UInt8);
        Assert.All([Train, Test], set => Assert.Equal(form, (set.Classes, set.SampleShape, set.SampleType)));
    }

    [Theory]
    [InlineData(DataPart.Train, "eeb366c645aa567c9d82cceb6244ddf41a547968847a98e2334eddc40b8ecccd")]
    [InlineData(DataPart.Test, "4acd169512bac9608336db169bab5ee67ebccfc365a2b4125430e9bb44b08007")]
    public void Load_AnyMachine_GivesThePinnedBytes(DataPart part, string expected)
    {
        var set = part == DataPart.Train ? Train : Test;
        var bytes = set.Samples(set.Count).Concat(Enumerable.Range(0, set.Count).Select(i => (byte)set.Label(i)));
        Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData([.. bytes])));
    }

    [Fact]
    public void Load_EveryClass_IsAboutATenth()
    {
        foreach (var set in new[] { Train, Test })
            Assert.All(
                Enumerable.Range(0, set.Count).CountBy(set.Label),
                entry => Assert.InRange(entry.Value, 0.08 * set.Count, 0.12 * set.Count));
    }

    [Fact]
    public void Load_TrainAndTest_ShareNoPicture()
    {
        var train = Enumerable.Range(0, Train.Count).Select(i => Convert.ToHexString(SHA256.HashData(Train.Sample(i)))).ToHashSet();
        Assert.Equal(Train.Count, train.Count);
        Assert.DoesNotContain(Enumerable.Range(0, Test.Count), i => train.Contains(Convert.ToHexString(SHA256.HashData(Test.Sample(i)))));
    }

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
