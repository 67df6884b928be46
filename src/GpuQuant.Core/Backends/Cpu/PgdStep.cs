using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>Steps of projected gradient descent, sample by sample, 16 elements at a time: the same results as the scalar formulas.</summary>
internal sealed unsafe class PgdStep(PgdStepCall call)
{
    private const int Lanes = 16;
    private readonly float* _gradient = CpuMemory.Address<float>(call.Gradient);
    private readonly float* _origin = CpuMemory.Address<float>(call.Origin);
    private readonly float* _mean = CpuMemory.Address<float>(call.Mean);
    private readonly float* _samples = CpuMemory.Address<float>(call.Samples);
    private readonly int _length = call.Length;
    private readonly float _step = call.Step, _radius = call.Radius, _low = call.Low, _high = call.High;

    public void AlongSign(int sample)
    {
        var start = (long)sample * _length;
        var g = _gradient + start;
        var origin = _origin + start;
        var x = _samples + start;
        var step = Vector512.Create(_step);
        var i = 0;
        for (; i + Lanes <= _length; i += Lanes)
        {
            var (value, slope) = (Vector512.Load(x + i), Vector512.Load(g + i));
            var moved = Vector512.ConditionalSelect(Vector512.GreaterThan(slope, default), value + step,
                Vector512.ConditionalSelect(Vector512.LessThan(slope, default), value - step, value));
            Bounded(moved, Vector512.Load(origin + i), Vector512.Load(_mean + i)).Store(x + i);
        }
        for (; i < _length; i++)
            x[i] = Bounded(PgdFormula.Moved(x[i], g[i], _step), origin[i], _mean[i]);
    }

    public void AlongGradient(int sample)
    {
        var start = (long)sample * _length;
        var g = _gradient + start;
        var origin = _origin + start;
        var x = _samples + start;
        var pace = PgdFormula.Pace(SumOfSquares(g, null), _step);
        // 0 times a gradient that is infinite or no number would not be 0.
        if (pace > 0)
            for (var i = 0; i < _length; i++)
                x[i] += g[i] * PgdFormula.Magnification * pace;
        var shrinkage = PgdFormula.Shrinkage(SumOfSquares(x, origin), _radius);
        for (var i = 0; i < _length; i++)
        {
            var within = origin[i] + (x[i] - origin[i]) * shrinkage;
            x[i] = PgdFormula.Clamp(within, _low - _mean[i], _high - _mean[i]);
        }
    }

    /// <summary>
    /// The sum of squared magnified elements or, with an origin, of squared distances from it; always in 16 partial sums, so that the
    /// result is the same on every machine.
    /// </summary>
    private float SumOfSquares(float* x, float* origin)
    {
        var sums = Vector512<float>.Zero;
        var i = 0;
        for (; i + Lanes <= _length; i += Lanes)
        {
            var value = Vector512.Load(x + i);
            value = origin is null ? value * PgdFormula.Magnification : value - Vector512.Load(origin + i);
            sums += value * value;
        }
        var total = 0f;
        for (var lane = 0; lane < Lanes; lane++)
            total += sums[lane];
        for (; i < _length; i++)
        {
            var value = origin is null ? x[i] * PgdFormula.Magnification : x[i] - origin[i];
            total += value * value;
        }
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<float> Bounded(Vector512<float> x, Vector512<float> origin, Vector512<float> mean)
    {
        var radius = Vector512.Create(_radius);
        return Clamp(Clamp(x, origin - radius, origin + radius), Vector512.Create(_low) - mean, Vector512.Create(_high) - mean);
    }

    private float Bounded(float x, float origin, float mean) => PgdFormula.Bounded(x, origin, _radius, _low - mean, _high - mean);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Clamp(Vector512<float> x, Vector512<float> least, Vector512<float> greatest) =>
        Vector512.ConditionalSelect(Vector512.LessThan(x, least), least,
            Vector512.ConditionalSelect(Vector512.GreaterThan(x, greatest), greatest, x));
}
