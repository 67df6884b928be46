using System.Security.Cryptography;
using GpuQuant.Data;
using GpuQuant.Data.Drawn;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

/// <summary>The sets that GpuQuant draws itself: their form, their bytes on any machine, their classes.</summary>
public class DrawnSourceTests
{
    private static readonly Dictionary<(string Name, DataPart Part), IDataset> Sets = new IDataSource[] { new GlyphsSource(), new ShapesSource() }
        .SelectMany(_ => Enum.GetValues<DataPart>(), (source, part) => (source, part))
        .ToDictionary(pair => (pair.source.Name, pair.part), pair => pair.source.Load(pair.part, ""));

    [Theory]
    [InlineData("glyphs", 28, 1)]
    [InlineData("shapes", 32, 3)]
    public void Load_BothParts_HaveTheStatedForm(string name, int side, int channels)
    {
        var (train, test) = (Sets[(name, DataPart.Train)], Sets[(name, DataPart.Test)]);
        Assert.Equal((10_000, 2_000), (train.Count, test.Count));
        Assert.Equal(($"{name}/train", $"{name}/test"), (train.Name, test.Name));
        var form = (10, new Shape(side, side, channels), DType.UInt8);
        Assert.All([train, test], set => Assert.Equal(form, (set.Classes, set.SampleShape, set.SampleType)));
    }

    [Theory]
    [InlineData("glyphs", DataPart.Train, "eeb366c645aa567c9d82cceb6244ddf41a547968847a98e2334eddc40b8ecccd")]
    [InlineData("glyphs", DataPart.Test, "4acd169512bac9608336db169bab5ee67ebccfc365a2b4125430e9bb44b08007")]
    [InlineData("shapes", DataPart.Train, "c75f4e767f9964b38f33eb2ddb2094ed3aecaa611c2f3aa5f0368030dc3e9bec")]
    [InlineData("shapes", DataPart.Test, "e07a21c5c5fc6eb387189e0867f69428f538fd3e696037e36510c22bb88ec189")]
    public void Load_AnyMachine_GivesThePinnedBytes(string name, DataPart part, string expected)
    {
        var set = Sets[(name, part)];
        var bytes = set.Samples(set.Count).Concat(Enumerable.Range(0, set.Count).Select(i => (byte)set.Label(i)));
        Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData([.. bytes])));
    }

    // Classes are drawn independently: at 2,000 samples a tenth has a standard deviation of 0.7%, three of which are allowed.
    [Theory]
    [InlineData("glyphs")]
    [InlineData("shapes")]
    public void Load_EveryClass_IsAboutATenth(string name)
    {
        foreach (var part in Enum.GetValues<DataPart>())
            Assert.All(
                Enumerable.Range(0, Sets[(name, part)].Count).CountBy(Sets[(name, part)].Label),
                entry => Assert.InRange(entry.Value / (double)Sets[(name, part)].Count, 0.08, 0.12));
    }

    [Theory]
    [InlineData("glyphs")]
    [InlineData("shapes")]
    public void Load_TrainAndTest_ShareNoPicture(string name)
    {
        var (train, test) = (Hashes(Sets[(name, DataPart.Train)]), Hashes(Sets[(name, DataPart.Test)]));
        Assert.Equal(10_000, train.Count);
        Assert.Empty(train.Intersect(test));
    }

    private static HashSet<string> Hashes(IDataset set) =>
        [.. Enumerable.Range(0, set.Count).Select(i => Convert.ToHexString(SHA256.HashData(set.Sample(i))))];
}
