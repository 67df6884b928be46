using System.Text.Json;
using GpuQuant.Experiments;

namespace GpuQuant.Tests.Experiments;

/// <summary>Tests and intervals against exact and published values.</summary>
public sealed class StatisticsTests
{
    private static readonly JsonElement Golden = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "metrics.json"))).RootElement.GetProperty("statistics");

    [Fact]
    public void McNemar_Tables_EqualExactFractions()
    {
        var tables = Golden.GetProperty("mcnemar").EnumerateArray().ToArray();
        Assert.Equal(8, tables.Length);
        foreach (var table in tables)
        {
            var (first, second, expected) = (table[0].GetInt32(), table[1].GetInt32(), table[2].GetDouble());
            Assert.InRange(McNemar.PValue(first, second) / expected, 1 - 1e-10, 1 + 1e-10);
            Assert.Equal(McNemar.PValue(first, second), McNemar.PValue(second, first));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => McNemar.PValue(-1, 3));
    }

    [Fact]
    public void BenjaminiHochberg_PValues_EqualStatsmodels()
    {
        var adjusted = BenjaminiHochberg.Adjust([.. Golden.GetProperty("p_values").EnumerateArray().Select(p => p.GetDouble())]);
        var expected = Golden.GetProperty("adjusted").EnumerateArray().Select(q => q.GetDouble()).ToArray();
        Assert.Equal(expected.Length, adjusted.Count);
        Assert.All(expected.Zip(adjusted), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Empty(BenjaminiHochberg.Adjust([]));
    }

    [Fact]
    public void Interval_FromOneToHundred_LeavesTwoAndAHalfPercentOnEachSide()
    {
        var interval = Interval.Of(50, [.. Enumerable.Range(0, 201).Select(i => (double)i).Reverse()]);
        Assert.Equal((50, 5, 195), (interval.Value, interval.Low, interval.High));
        Assert.Throws<ArgumentException>(() => Interval.Of(1, []));
    }
}
