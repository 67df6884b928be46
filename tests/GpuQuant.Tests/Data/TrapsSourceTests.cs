using System.Security.Cryptography;
using GpuQuant.Data;
using GpuQuant.Data.Drawn;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

public class TrapsSourceTests
{
    private static readonly Dictionary<string, ILocatedDataset> Sets = new IDataset[]
    {
        new TrapsSource().Load(DataPart.Train, ""), new TrapsSource().Load(DataPart.Test, ""), new TrapsOodTestSet().Load(""),
    }.ToDictionary(set => set.Name, set => (ILocatedDataset)set);

    [Theory]
    [InlineData("traps/train", 6000, "e3e8fc03f6c5b6c7b544233cf9ec03f37beeb891bbf799e9425a2000deeb2a8b")]
    [InlineData("traps/test", 1500, "4c034819d99d65d9e63d427983e368f40ef493e4d89b4247d800482d6a74e27d")]
    [InlineData("traps/ood", 1500, "09621515ff350444d73551b2b22b084caf38937ffd6cd49e88cda93dc0ccf616")]
    public void Load_AnyMachine_GivesThePinnedBytes(string name, int count, string expected)
    {
        var set = Sets[name];
        Assert.Equal((count, 8, new Shape(64, 64, 3)), (set.Count, set.Classes, set.SampleShape));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < count; i++)
            hash.AppendData(set.Sample(i));
        hash.AppendData([.. Enumerable.Range(0, count).Select(i => (byte)set.Label(i))]);
        hash.AppendData([.. Enumerable.Range(0, count).Select(i => (byte)set.Location(i))]);
        Assert.Equal(expected, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Fact]
    public void Locations_OfTrainAndTest_AreTheSameAndNotThoseOfTheOodSet()
    {
        Assert.Equal(Enumerable.Range(0, 20), Places("traps/train"));
        Assert.Equal(Enumerable.Range(0, 20), Places("traps/test"));
        Assert.Equal(Enumerable.Range(20, 12), Places("traps/ood"));
    }

    [Fact]
    public void Classes_OfEverySet_AllOccurOften() => Assert.All(Sets.Values, set =>
    {
        var counts = Enumerable.Range(0, set.Count).CountBy(set.Label).ToArray();
        Assert.Equal(8, counts.Length);
        Assert.All(counts, entry => Assert.InRange(entry.Value / (double)set.Count, 0.05, 0.25));
    });

    /// <summary>
    /// Known places help, unknown ones do not: the nearest of 1,000 training pictures shows the place of most test pictures, and the class
    /// of more of them than of pictures from other places.
    /// </summary>
    [Fact]
    public void NearestNeighbour_KnowsThePlacesOfTheTestSetAndLosesAccuracyElsewhere()
    {
        var train = Enumerable.Range(0, 1000).Select(i => Small(Sets["traps/train"].Sample(i))).ToArray();
        var (test, ood) = (Nearest(Sets["traps/test"], train), Nearest(Sets["traps/ood"], train));
        var trained = Sets["traps/train"];
        Assert.True(Share(test, (i, n) => Sets["traps/test"].Location(i) == trained.Location(n)) > 0.5);
        Assert.True(Share(test, (i, n) => Sets["traps/test"].Label(i) == trained.Label(n))
            > Share(ood, (i, n) => Sets["traps/ood"].Label(i) == trained.Label(n)));
    }

    private static int[] Places(string name) =>
        [.. Enumerable.Range(0, Sets[name].Count).Select(Sets[name].Location).Distinct().Order()];

    private static double Share(int[] nearest, Func<int, int, bool> agrees) =>
        nearest.Index().Count(pair => agrees(pair.Index, pair.Item)) / (double)nearest.Length;

    private static int[] Nearest(ILocatedDataset set, byte[][] train) => [.. Enumerable.Range(0, 400).Select(i =>
    {
        var sample = Small(set.Sample(i));
        return Enumerable.Range(0, train.Length).MinBy(n => Distance(sample, train[n]));
    })];

    private static int Distance(byte[] a, byte[] b)
    {
        var sum = 0;
        for (var i = 0; i < a.Length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }

    private static byte[] Small(byte[] picture)
    {
        var small = new byte[8 * 8 * 3];
        BilinearResize.Apply(picture, (64, 64), 3, small, (8, 8), 3);
        return small;
    }
}
