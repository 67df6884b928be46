using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>Mixes rows, 16 elements at a time.</summary>
internal sealed unsafe class MixupMap(float* input, float* output, int length)
{
    public void Row(int row, int partner, float share)
    {
        var a = input + (long)row * length;
        var b = input + (long)partner * length;
        var y = output + (long)row * length;
        var rest = 1 - share;
        var i = 0;
        for (; i + Vector512<float>.Count <= length; i += Vector512<float>.Count)
            (Vector512.Load(a + i) * share + Vector512.Load(b + i) * rest).Store(y + i);
        for (; i < length; i++)
            y[i] = a[i] * share + b[i] * rest;
    }
}
