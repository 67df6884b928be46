namespace GpuQuant.Backends.Tests.Harness;

/// <summary>Compares what a device gave with what the reference expects.</summary>
public static class Verify
{
    /// <summary>Floats within the bound of the reference; infinities and NaN must be the same.</summary>
    public static void Close(IReadOnlyList<Approx> expected, float[] actual)
    {
        Assert.Equal(expected.Count, actual.Length);
        for (var i = 0; i < actual.Length; i++)
        {
            var (value, error) = expected[i];
            var isClose = double.IsFinite(value) ? Math.Abs(actual[i] - value) <= error : value.Equals(actual[i]);
            Assert.True(isClose, $"Element {i} of {actual.Length}: expected {value:R} within {error:R}, got {actual[i]:R}.");
        }
    }

    /// <summary>The same values: for integers, and floats of which every bit is defined.</summary>
    public static void Same<T>(T[] expected, T[] actual) where T : struct
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < actual.Length; i++)
            Assert.True(expected[i].Equals(actual[i]), $"Element {i} of {actual.Length}: expected {expected[i]}, got {actual[i]}.");
    }
}
