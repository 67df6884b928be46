using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>DoReFa's weights from tanh(w).</summary>
internal readonly unsafe struct DorefaMap(float* t, float* greatest, float* y, int intervals) : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i)
    {
        var half = Vector512.Create(0.5f);
        var share = Vector512.Load(t + i) / Vector512.Create(*greatest) * half + half;
        var rounded = QuantizeVector.RoundHalfAway(share * intervals);
        (rounded * 2f / Vector512.Create((float)intervals) - Vector512<float>.One).Store(y + i);
    }

    public void Single(int i) => y[i] = LearnedStepFormula.Dorefa(t[i], *greatest, intervals);
}

/// <summary>The gradient of DoReFa's weights.</summary>
internal readonly unsafe struct DorefaGradientMap(float* t, float* greatest, float* dy, float* dx) : IElementMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i)
    {
        var value = Vector512.Load(t + i);
        (Vector512.Load(dy + i) * (Vector512<float>.One - value * value) / Vector512.Create(*greatest)).Store(dx + i);
    }

    public void Single(int i) => dx[i] = LearnedStepFormula.DorefaGradient(t[i], *greatest, dy[i]);
}
