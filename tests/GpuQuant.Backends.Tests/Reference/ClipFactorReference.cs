namespace GpuQuant.Backends.Tests.Reference;

public static class ClipFactorReference
{
    public static Approx Compute(float[] values, float limit)
    {
        var norm = Approx.Sqrt(Approx.Sum(values.Select(value => (Approx)value * value)));
        var ratio = (Approx)limit / (norm + 1e-6f);
        return ratio.Value < 1 ? ratio : 1.0;
    }
}
