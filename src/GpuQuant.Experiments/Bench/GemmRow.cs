namespace GpuQuant.Experiments;

/// <summary>A float32 matrix product of two square matrices.</summary>
/// <param name="Size">Rows and columns.</param>
/// <param name="Seconds">The median time.</param>
public sealed record GemmRow(int Size, double Seconds)
{
    /// <summary>10^9 floating-point operations per second, of which it has 2 Size^3.</summary>
    public double Gflops => 2.0 * Size * Size * Size / Seconds / 1e9;
}
