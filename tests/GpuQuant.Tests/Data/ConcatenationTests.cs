using GpuQuant.Data;
using GpuQuant.Data.Drawn;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Data;

/// <summary>Two data sets as one.</summary>
public sealed class ConcatenationTests
{
    [Fact]
    public void Read_BothParts_GivesEachItsOwnSamples()
    {
        var test = new GlyphsSource().Load(DataPart.Test, "");
        var both = new Concatenation(new Subset(test, [7, 3], "first"), new Subset(test, [5], "second"));
        Assert.Equal(3, both.Count);
        var (expected, read) = (new byte[28 * 28], new byte[28 * 28]);
        int[] sources = [7, 3, 5];
        foreach (var (i, source) in sources.Index())
        {
            test.Read(source, expected);
            both.Read(i, read);
            Assert.Equal(expected, read);
            Assert.Equal(test.Label(source), both.Label(i));
        }
    }

    [Fact]
    public void New_OtherSamples_IsRefused()
    {
        var error = Assert.Throws<UsageException>(() => new Concatenation(
            new GlyphsSource().Load(DataPart.Test, ""), new ShapesSource().Load(DataPart.Test, "")));
        Assert.Contains("cannot be joined", error.Message);
    }
}
