namespace GpuQuant.Backends.Tests.Reference;

public static class SoftmaxBackwardReference
{
    public static Approx[] Compute(float[] output, float[] outputGradient, int columns) =>
        [.. output.Chunk(columns).Zip(outputGradient.Chunk(columns)).SelectMany(row =>
        {
            var dot = Approx.Sum(row.First.Zip(row.Second, (y, dy) => (Approx)y * dy));
            return row.First.Zip(row.Second, (y, dy) => y * (dy - dot));
        })];
}
