using GpuQuant.Data;
using GpuQuant.Shifts;

namespace GpuQuant.Tests.Support;

/// <summary>Short forms for the shifts' tests.</summary>
internal static class ShiftTesting
{
    /// <summary>Parameters by name: <c>("dx", "3")</c>.</summary>
    public static Dictionary<string, string> Given(params (string Name, string Value)[] values) =>
        values.ToDictionary(entry => entry.Name, entry => entry.Value);

    /// <summary>The only sample of a set, shifted.</summary>
    public static byte[] ApplyToOne(this IShift shift, IDataset one, int severity, params (string Name, string Value)[] values) =>
        shift.Apply(one, severity, seed: 0, Given(values)).Sample(0);

    /// <summary>Whether all bytes differ by one grey level at most, and few do at all (ties that rounding errors tip).</summary>
    public static void AssertAlmostEqual(byte[] expected, byte[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var differences = expected.Zip(actual, (a, b) => Math.Abs(a - b)).ToArray();
        Assert.InRange(differences.Max(), 0, 1);
        Assert.InRange(differences.Count(difference => difference > 0), 0, expected.Length / 200);
    }

    /// <summary>The mean absolute difference between two sets' first samples, in grey levels.</summary>
    public static double Deviation(IDataset first, IDataset second, int count) =>
        first.Samples(count).Zip(second.Samples(count), (a, b) => Math.Abs(a - b)).Average();
}
