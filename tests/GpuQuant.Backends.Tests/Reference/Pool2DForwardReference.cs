namespace GpuQuant.Backends.Tests.Reference;

public static class Pool2DForwardReference
{
    /// <summary>A window with a NaN has no greatest value: its maximum is NaN, so that a broken run does not look healthy.</summary>
    public static Approx[] Compute(PoolKind kind, float[] input, Window2D window, int images, int channels) =>
        [.. window.Elements(images, channels).Select(elements => kind == PoolKind.Max
            ? elements.Aggregate(double.NegativeInfinity, (greatest, x) => Math.Max(greatest, input[x]))
            : Approx.Sum(elements.Select(x => (Approx)input[x])) / elements.Length)];
}
