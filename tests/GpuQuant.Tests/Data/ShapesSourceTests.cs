using System.Security.Cryptography;
using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

public class ShapesSourceTests
{
    private static readonly IDataset Train = new ShapesSource().Load(DataPart.Train, "");
    private static readonly IDataset Test = new ShapesSource().Load(DataPart.Test, "");

    [Fact]
    public void Load_BothParts_HaveTheStatedForm()
    {
        Assert.Equal((10_000, 2_000), (Train.Count, Test.Count));
        Assert.Equal(("shapes/train", "shapes/test"), (Train.Name, Test.Name));
        var form = (10, new Shape(32, 32, 3), DType.UInt8);
        Assert.All([Train, Test], set => Assert.Equal(form, (set.Classes, set.SampleShape, set.SampleType)));
    }

    [Theory]
    [InlineData(DataPart.Train, "b34368759ebdc43095411f523b450026fadfacc7768954002df1d783c266d2b4")]
    [InlineData(DataPart.Test, "3ae95d09219db76ffb140f69c3ecffe6f713c0ce2012efffe17422c79457e60e")]
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
                entry => Assert.InRange(entry.Value, 0.07 * set.Count, 0.13 * set.Count));
    }

    [Fact]
    public void Load_TrainAndTest_ShareNoPicture()
    {
        var train = Enumerable.Range(0, Train.Count).Select(i => Convert.ToHexString(SHA256.HashData(Train.Sample(i)))).ToHashSet();
        Assert.Equal(Train.Count, train.Count);
        Assert.DoesNotContain(Enumerable.Range(0, Test.Count), i => train.Contains(Convert.ToHexString(SHA256.HashData(Test.Sample(i)))));
    }

    /// <summary>The class is in the outline, not in the colours: the mean of each channel tells next to nothing.</summary>
    [Fact]
    public void NearestMeanColour_IsHardlyBetterThanChance()
    {
        var colours = Enumerable.Range(0, 10).Select(c => Mean(Enumerable.Range(0, Train.Count).Where(i => Train.Label(i) == c)
            .Select(i => Colour(Train.Sample(i))))).ToArray();
        var right = Enumerable.Range(0, Test.Count).Count(i =>
        {
            var colour = Colour(Test.Sample(i));
            return Enumerable.Range(0, 10).MinBy(c => colours[c].Zip(colour, (a, b) => (a - b) * (a - b)).Sum()) == Test.Label(i);
        });
        Assert.InRange(right / 2000.0, 0.05, 0.17);
    }

    private static double[] Colour(byte[] pixels) =>
        [.. Enumerable.Range(0, 3).Select(c => pixels.Where((_, i) => i % 3 == c).Average(value => value))];

    private static double[] Mean(IEnumerable<double[]> colours)
    {
        var all = colours.ToArray();
        return [.. Enumerable.Range(0, 3).Select(c => all.Average(colour => colour[c]))];
    }
}
