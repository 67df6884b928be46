namespace GpuQuant.Backends.Tests.Reference;

public static class IntSoftmaxReference
{
    /// <summary>The order of the sum is defined, and division and product are correctly rounded: every bit is defined.</summary>
    public static byte[] Compute(sbyte[] input, float[] table, int columns) => [.. input.Chunk(columns).SelectMany(row =>
    {
        var greatest = row.Max();
        var sum = 0f;
        foreach (var q in row)
            sum += table[greatest - q];
        var inverse = 1 / (sum / 256);
        return row.Select(q => (byte)Math.Min(255, Math.Round((double)(table[greatest - q] * inverse), MidpointRounding.AwayFromZero)));
    })];
}
