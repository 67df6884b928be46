namespace GpuQuant.Backends.Tests.Reference;

public static class SoftmaxReference
{
    public static Approx[] Compute(float[] input, int columns) => [.. input.Chunk(columns).SelectMany(Row)];

    public static Approx[] Row(float[] row)
    {
        var exponentials = row.Select(z => Approx.Exp((Approx)z - row.Max())).ToArray();
        var sum = Approx.Sum(exponentials);
        return [.. exponentials.Select(e => e / sum)];
    }
}
