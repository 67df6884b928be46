namespace GpuQuant.Backends.Tests.Reference;

public static class BinaryReference
{
    /// <summary>One operation, correctly rounded: every bit is defined.</summary>
    public static float[] Compute(BinaryKind kind, float[] a, float[] b) => [.. a.Zip(b, (x, y) => kind switch
    {
        BinaryKind.Add => x + y,
        BinaryKind.Subtract => x - y,
        _ => x * y,
    })];
}
