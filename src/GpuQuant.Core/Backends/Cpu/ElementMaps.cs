using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

internal readonly unsafe struct ActivationMap(Activation activation, float* x, float* y) : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i) => ElementWise.Apply(activation, Vector512.Load(x + i)).Store(y + i);

    public void Single(int i) => y[i] = ActivationFormula.Apply(activation, x[i]);
}

internal readonly unsafe struct ActivationGradientMap(Activation activation, float* y, float* dy, float* dx) : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i) => ElementWise.Gradient(activation, Vector512.Load(y + i), Vector512.Load(dy + i)).Store(dx + i);

    public void Single(int i) => dx[i] = ActivationFormula.Gradient(activation, y[i], dy[i]);
}

internal readonly unsafe struct FillMap(float value, float* y) : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i) => Vector512.Create(value).Store(y + i);

    public void Single(int i) => y[i] = value;
}

internal readonly unsafe struct BinaryMap(BinaryKind kind, float* a, float* b, float* y) : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i)
    {
        var (left, right) = (Vector512.Load(a + i), Vector512.Load(b + i));
        (kind switch { BinaryKind.Add => left + right, BinaryKind.Subtract => left - right, _ => left * right }).Store(y + i);
    }

    public void Single(int i) => y[i] = kind switch { BinaryKind.Add => a[i] + b[i], BinaryKind.Subtract => a[i] - b[i], _ => a[i] * b[i] };
}

internal readonly unsafe struct ScaledAddMap(float factor, float* x, float* y) : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i) => (Vector512.Load(y + i) + Vector512.Load(x + i) * factor).Store(y + i);

    public void Single(int i) => y[i] += x[i] * factor;
}

internal readonly unsafe struct AdamMap(
    float* p, float* g, float* m, float* v, float* rate, float beta1, float beta2, float epsilon) : IElementMap
{
    // 2^-100 and 2^-50. The moments of a word that does not occur fade from step to step; arithmetic on numbers below the least normal one
    // would take a hundred times as long.
    private const float Negligible = 7.8886091e-31f, NegligibleRoot = 8.8817842e-16f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Above(Vector512<float> size, float least, Vector512<float> value) =>
        Vector512.ConditionalSelect(Vector512.LessThan(size, Vector512.Create(least)), default, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i)
    {
        var gradient = Vector512.Load(g + i);
        var square = Above(Vector512.Abs(gradient), NegligibleRoot, gradient);
        var first = Vector512.Load(m + i) * beta1 + gradient * (1 - beta1);
        var second = Vector512.Load(v + i) * beta2 + square * square * (1 - beta2);
        (first, second) = (Above(Vector512.Abs(first), Negligible, first), Above(second, Negligible, second));
        first.Store(m + i);
        second.Store(v + i);
        (Vector512.Load(p + i) - first * rate[0] / (Vector512.Sqrt(second) + Vector512.Create(epsilon))).Store(p + i);
    }

    public void Single(int i)
    {
        var square = MathF.Abs(g[i]) < NegligibleRoot ? 0 : g[i];
        var (first, second) = (m[i] * beta1 + g[i] * (1 - beta1), v[i] * beta2 + square * square * (1 - beta2));
        m[i] = MathF.Abs(first) < Negligible ? 0 : first;
        v[i] = second < Negligible ? 0 : second;
        p[i] -= m[i] * rate[0] / (MathF.Sqrt(v[i]) + epsilon);
    }
}

internal readonly unsafe struct SgdMap(float* p, float* g, float* v, float* rate, float momentum, bool nesterov) : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i)
    {
        var step = Vector512.Load(g + i) * rate[0];
        var velocity = Vector512.Load(v + i) * momentum - step;
        velocity.Store(v + i);
        (Vector512.Load(p + i) + (nesterov ? velocity * momentum - step : velocity)).Store(p + i);
    }

    public void Single(int i)
    {
        var step = g[i] * rate[0];
        v[i] = v[i] * momentum - step;
        p[i] += nesterov ? v[i] * momentum - step : v[i];
    }
}
