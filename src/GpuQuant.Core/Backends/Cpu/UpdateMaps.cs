using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>y[i] *= factor.</summary>
internal readonly unsafe struct ScaleMap(float* y, float* factor) : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i) => (Vector512.Load(y + i) * factor[0]).Store(y + i);

    public void Single(int i) => y[i] *= factor[0];
}

/// <summary>Keeps y[i] between -limit and limit. Comparisons, since they leave NaN alone.</summary>
internal readonly unsafe struct ClampMap(float* y, float limit) : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i)
    {
        var (value, high) = (Vector512.Load(y + i), Vector512.Create(limit));
        value = Vector512.ConditionalSelect(Vector512.GreaterThan(value, high), high, value);
        Vector512.ConditionalSelect(Vector512.LessThan(value, -high), -high, value).Store(y + i);
    }

    public void Single(int i) => y[i] = y[i] > limit ? limit : y[i] < -limit ? -limit : y[i];
}

/// <summary>average[i] = (1 - share) average[i] + share x[i].</summary>
internal readonly unsafe struct MovingAverageMap(float* x, float* average, float* share) : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i) =>
        (Vector512.Load(average + i) * (1 - share[0]) + Vector512.Load(x + i) * share[0]).Store(average + i);

    public void Single(int i) => average[i] = average[i] * (1 - share[0]) + x[i] * share[0];
}
