using System.Runtime.Intrinsics;
using GpuQuant.Numerics;

namespace GpuQuant.Backends.Cpu;

/// <summary>Softmax of a row, its gradient, and the cross-entropy loss with its gradient.</summary>
internal static unsafe class SoftmaxRows
{
    private const int Width = 16;

    /// <summary>y = softmax(x).</summary>
    public static void Forward(float* x, float* y, int count) => Scale(y, count, Exponentials(x, y, count, Greatest(x, count)));

    /// <summary>dx = y (dy - sum of dy y).</summary>
    public static void Backward(float* y, float* dy, float* dx, int count)
    {
        var dot = Dot(y, dy, count, 0);
        var i = 0;
        for (; i + Width <= count; i += Width)
            (Vector512.Load(y + i) * (Vector512.Load(dy + i) - Vector512.Create(dot))).Store(dx + i);
        for (; i < count; i++)
            dx[i] = y[i] * (dy[i] - dot);
    }

    /// <summary>
    /// The loss of a row, whether its greatest logit stands where its greatest target does, and the gradient, a part of a mean over
    /// so many rows.
    /// </summary>
    public static void CrossEntropy(float* z, float* t, float* statistics, float* dz, int count, int rows)
    {
        var greatest = Greatest(z, count);
        var sum = Exponentials(z, dz, count, greatest);
        var targets = 0f;
        for (var i = 0; i < count; i++)
            targets += t[i];
        statistics[0] = MathF.Log(sum) * targets - Dot(t, z, count, greatest);
        statistics[1] = FirstMaximum(z, count) == FirstMaximum(t, count) ? 1 : 0;
        for (var i = 0; i < count; i++)
            dz[i] = (dz[i] / sum * targets - t[i]) / rows;
    }

    /// <summary>The same of sigmoids, each a probability of its own.</summary>
    public static void BinaryCrossEntropy(float* z, float* t, float* statistics, float* dz, int count, int rows)
    {
        var loss = 0.0;
        for (var i = 0; i < count; i++)
        {
            var e = PortableMath.Exp(-Math.Abs(z[i]));
            loss += Math.Max(z[i], 0) - (double)t[i] * z[i] + PortableMath.Log(1 + e);
            dz[i] = (float)(((z[i] < 0 ? e : 1) / (1 + e) - t[i]) / ((double)count * rows));
        }
        statistics[0] = (float)(loss / count);
        statistics[1] = FirstMaximum(z, count) == FirstMaximum(t, count) ? 1 : 0;
    }

    private static float Greatest(float* x, int count) =>
        Ranges.Widen(x, count, float.PositiveInfinity, float.NegativeInfinity).High;

    /// <summary>y = e^(x - offset); returns their sum.</summary>
    private static float Exponentials(float* x, float* y, int count, float offset)
    {
        var sums = Vector512<float>.Zero;
        var i = 0;
        for (; i + Width <= count; i += Width)
        {
            var values = Vector512.Exp(Vector512.Load(x + i) - Vector512.Create(offset));
            values.Store(y + i);
            sums += values;
        }
        var rest = stackalloc float[Width];
        for (var j = 0; i + j < count; j++)
            rest[j] = x[i + j] - offset;
        Vector512.Exp(Vector512.Load(rest)).Store(rest);
        var sum = Vector512.Sum(sums);
        for (var j = 0; i < count; i++, j++)
            sum += y[i] = rest[j];
        return sum;
    }

    private static void Scale(float* y, int count, float divisor)
    {
        var i = 0;
        for (; i + Width <= count; i += Width)
            (Vector512.Load(y + i) / Vector512.Create(divisor)).Store(y + i);
        for (; i < count; i++)
            y[i] /= divisor;
    }

    /// <summary>The sum of a (b - offset).</summary>
    private static float Dot(float* a, float* b, int count, float offset)
    {
        var sums = Vector512<float>.Zero;
        var i = 0;
        for (; i + Width <= count; i += Width)
            sums += Vector512.Load(a + i) * (Vector512.Load(b + i) - Vector512.Create(offset));
        var sum = Vector512.Sum(sums);
        for (; i < count; i++)
            sum += a[i] * (b[i] - offset);
        return sum;
    }

    private static int FirstMaximum(float* values, int count)
    {
        var best = 0;
        for (var i = 1; i < count; i++)
            if (values[i] > values[best])
                best = i;
        return best;
    }
}
