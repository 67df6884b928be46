namespace GpuQuant.Backends.Tests.Reference;

public static class AdamReference
{
    public static (Approx Parameter, Approx First, Approx Second) Compute(
        float p, float g, float first, float second, float rate, float beta1, float beta2, float epsilon)
    {
        var m = (Approx)beta1 * first + ((Approx)1 - beta1) * g;
        var v = (Approx)beta2 * second + ((Approx)1 - beta2) * ((Approx)g * g);
        return (p - rate * m / (Approx.Sqrt(v) + epsilon), m, v);
    }
}
