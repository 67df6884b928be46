namespace GpuQuant.Backends.Tests.Reference;

public static class SgdReference
{
    public static (Approx Parameter, Approx Velocity) Compute(float p, float g, float v, float rate, float momentum, bool nesterov)
    {
        var velocity = (Approx)momentum * v - (Approx)rate * g;
        return (p + (nesterov ? momentum * velocity - (Approx)rate * g : velocity), velocity);
    }
}
