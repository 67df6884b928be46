using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>y = activation(x * scale + shift).</summary>
internal readonly unsafe struct NormalizeMap(
    Activation activation, float* x, float* y, float* scales, float* shifts, bool pastCaches) : ILaneMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i, int lane)
    {
        LargeStore.FetchAhead(x + i);
        ElementWise.Apply(activation, Normalize(Vector512.Load(x + i), scales + lane, shifts + lane)).StoreTo(y + i, pastCaches);
    }

    public void Single(int i, int lane) =>
        y[i] = ActivationFormula.Apply(activation, BatchNormFormula.Normalize(x[i], scales[lane], shifts[lane]));

    /// <summary>The formula of <see cref="BatchNormFormula.Normalize"/>: the same bits, for forward and backward pass.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Normalize(Vector512<float> x, float* scales, float* shifts) =>
        x * Vector512.Load(scales) + Vector512.Load(shifts);
}

/// <summary>y = fake-quantized activation(x * scale + shift).</summary>
internal readonly unsafe struct NormalizeAndQuantizeMap(
    Activation activation, float* x, float* y, float* scales, float* shifts, float* step, int* zeroPoint, int minimum, int maximum)
    : ILaneMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i, int lane)
    {
        var value = ElementWise.Apply(activation, NormalizeMap.Normalize(Vector512.Load(x + i), scales + lane, shifts + lane));
        QuantizeVector.FakeQuantize(value, Vector512.Create(*step), Vector512.Create((float)*zeroPoint), Vector512.Create((float)minimum),
            Vector512.Create((float)maximum)).Store(y + i);
    }

    public void Single(int i, int lane)
    {
        var value = ActivationFormula.Apply(activation, BatchNormFormula.Normalize(x[i], scales[lane], shifts[lane]));
        y[i] = QuantizeFormula.FakeQuantize(value, *step, *zeroPoint, minimum, maximum);
    }
}

/// <summary>
/// The gradient before the activation, from the forward input: nothing else was kept. Where bounds are given, outputs beyond them were
/// clamped by a quantizer and pass nothing.
/// </summary>
internal readonly unsafe struct NormalizeGradient(
    Activation activation, float* x, float* dy, float* scales, float* shifts, float* bounds)
{
    /// <summary>The same from other elements on.</summary>
    public NormalizeGradient From(long input, long output) => new(activation, x + input, dy + output, scales, shifts, bounds);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Vector(int i, int lane)
    {
        LargeStore.FetchAhead(x + i);
        LargeStore.FetchAhead(dy + i);
        var gradient = Vector512.Load(dy + i);
        if (activation == Activation.None && bounds == null)
            return gradient;
        var normalized = NormalizeMap.Normalize(Vector512.Load(x + i), scales + lane, shifts + lane);
        var y = ElementWise.Apply(activation, normalized);
        if (bounds != null)
            gradient &= Vector512.GreaterThanOrEqual(y, Vector512.Create(bounds[0]))
                & Vector512.LessThanOrEqual(y, Vector512.Create(bounds[1]));
        return ElementWise.Gradient(activation, y, gradient);
    }

    public float Single(int i, int lane)
    {
        var y = ActivationFormula.Apply(activation, BatchNormFormula.Normalize(x[i], scales[lane], shifts[lane]));
        var passes = bounds == null || (y >= bounds[0] && y <= bounds[1]);
        return ActivationFormula.Gradient(activation, y, passes ? dy[i] : 0);
    }
}

/// <summary>Sums of the gradients, and of their products with the distances from the mean.</summary>
internal readonly unsafe struct BatchNormSumsMap(NormalizeGradient gradient, float* x, float* means, float* gradients, float* products)
    : ILaneMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i, int lane)
    {
        var g = gradient.Vector(i, lane);
        (Vector512.Load(gradients + lane) + g).Store(gradients + lane);
        var product = g * (Vector512.Load(x + i) - Vector512.Load(means + lane));
        (Vector512.Load(products + lane) + product).Store(products + lane);
    }

    public void Single(int i, int lane)
    {
        var g = gradient.Single(i, lane);
        gradients[lane] += g;
        products[lane] += g * (x[i] - means[lane]);
    }
}

/// <summary>dx = scale (gradient - mean gradient - slope (x - mean)), or that is added to dx.</summary>
internal readonly unsafe struct BatchNormGradientMap(
    NormalizeGradient gradient, float* x, float* dx, float* scales, float* means, float* meanGradients, float* slopes, bool pastCaches,
    bool adds) : ILaneMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Vector(int i, int lane)
    {
        var along = (Vector512.Load(x + i) - Vector512.Load(means + lane)) * Vector512.Load(slopes + lane);
        var centred = gradient.Vector(i, lane) - Vector512.Load(meanGradients + lane) - along;
        var result = Vector512.Load(scales + lane) * centred;
        (adds ? result + Vector512.Load(dx + i) : result).StoreTo(dx + i, pastCaches);
    }

    public void Single(int i, int lane)
    {
        var result = scales[lane] * (gradient.Single(i, lane) - meanGradients[lane] - (x[i] - means[lane]) * slopes[lane]);
        dx[i] = adds ? result + dx[i] : result;
    }
}
