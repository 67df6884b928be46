using GpuQuant.Data;
using GpuQuant.Data.Downloads;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

public class UspsTestSetTests
{
    private static readonly INaturalTestSet Set = new UspsTestSet();

    [Fact]
    public void Load_RealFiles_HasThePublishedCounts()
    {
        var set = Set.Load(RealData.Require(Set));
        Assert.Equal(("usps/test", 2007, new Shape(28, 28, 1), 10), (set.Name, set.Count, set.SampleShape, set.Classes));
        int[] counts = [359, 264, 198, 166, 200, 160, 170, 147, 166, 177];
        Assert.Equal(counts, Enumerable.Range(0, 10).Select(digit => Enumerable.Range(0, set.Count).Count(i => set.Label(i) == digit)));
    }

    [Fact]
    public void Files_OfTheRealSet_MatchTheirPins()
    {
        var folder = RealData.Require(Set);
        Assert.All(Set.Files, file =>
            Assert.Equal(FileState.Valid, DataVerifier.Check(Path.Combine(folder, "usps", file.Name), file).State));
    }

    /// <summary>
    /// From 16 to 20 pixels: result pixel o has its centre at (o + 0.5) 0.8. A column 6 of 100 has its centre at 6.5: the result's
    /// centres 6.0, 6.8 and 5.2, 7.6 (o = 7, 8 and 6, 9) are 0.5, 0.3 and more than 1 away, so o = 7 and 8 get 50 and 70. Their centre
    /// of mass is (7.5 * 50 + 8.5 * 70) / 120 = 8.08, so 14 - 8.08, rounded 6, columns come before. Rows: 10 is the middle, 4 before.
    /// Column 0 alone: o = 0 (centre 0.4) gets it whole, o = 1 (centre 1.2) 30; the mass lies at 0.73, but more than 8 before would cut.
    /// </summary>
    [Theory]
    [InlineData(6, 13, 50, 70)]
    [InlineData(0, 8, 100, 30)]
    public void Load_OneColumn_IsSpreadOverTwoAndCentredByMass(int column, int left, byte first, byte second)
    {
        using var folder = new TemporaryFolder();
        var picture = Enumerable.Range(0, 256).Select(i => (byte)(i % 16 == column ? 100 : 0)).ToArray();
        folder.Write("usps/usps-test-images-idx3-ubyte", IdxBytes.Make([1, 16, 16], picture));
        folder.Write("usps/usps-test-labels-idx1-ubyte", IdxBytes.Make([1], 7));
        Assert.True(Set.IsPresent(folder.Path));
        var image = Set.Load(folder.Path).Sample(0);
        for (var y = 0; y < 28; y++)
            for (var x = 0; x < 28; x++)
                Assert.Equal(y is < 4 or >= 24 ? 0 : x == left ? first : x == left + 1 ? second : 0, image[y * 28 + x]);
    }
}
