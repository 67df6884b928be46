namespace GpuQuant.Tests.Golden;

/// <summary>What all golden files from PyTorch share: how values are drawn without a generator, and how results are compared.</summary>
internal static class PyTorchGolden
{
    /// <summary>The same 16 bits per element as in the script.</summary>
    public static int[] Spread(int stream, int count) =>
        [.. Enumerable.Range(1, count).Select(i => (int)((unchecked((uint)(i + 7919 * stream) * 2654435761u) >> 8) & 0xFFFF))];

    public static void Close(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance,
                $"{what}[{i}]: {actual[i]}, PyTorch {expected[i]}, tolerated {tolerance}");
    }
}
