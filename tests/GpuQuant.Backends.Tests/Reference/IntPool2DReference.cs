namespace GpuQuant.Backends.Tests.Reference;

public static class IntPool2DReference
{
    public static sbyte[] Compute(PoolKind kind, sbyte[] input, Window2D window, int images, int channels) =>
        [.. window.Elements(images, channels).Select(elements => kind == PoolKind.Max
            ? elements.Max(x => input[x])
            : (sbyte)Math.Round((decimal)elements.Sum(x => input[x]) / elements.Length, MidpointRounding.AwayFromZero))];
}
