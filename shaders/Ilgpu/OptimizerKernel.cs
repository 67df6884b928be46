using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Steps of the optimizers over flat parameter buffers; one thread per parameter.</summary>
internal static class OptimizerKernel
{
    public static void Adam(
        Index1D i, ArrayView<float> gradients, ArrayView<float> rate, ArrayView<float> parameters, ArrayView<float> first,
        ArrayView<float> second, float beta1, float beta2, float epsilon)
    {
        var g = gradients[i];
        var m = beta1 * first[i] + (1 - beta1) * g;
        var v = beta2 * second[i] + (1 - beta2) * (g * g);
        first[i] = m;
        second[i] = v;
        parameters[i] -= rate[0] * m / (Scalar.Sqrt(v) + epsilon);
    }

    public static void Sgd(
        Index1D i, ArrayView<float> gradients, ArrayView<float> rate, ArrayView<float> parameters, ArrayView<float> velocity,
        float momentum, int nesterov)
    {
        var step = rate[0] * gradients[i];
        var v = momentum * velocity[i] - step;
        velocity[i] = v;
        parameters[i] += nesterov != 0 ? momentum * v - step : v;
    }

    public static void Scale(Index1D i, ArrayView<float> factor, ArrayView<float> target) => target[i] *= factor[0];

    public static void Clamp(Index1D i, ArrayView<float> target, float limit)
    {
        var value = target[i];
        value = value > limit ? limit : value;
        target[i] = value < -limit ? -limit : value;
    }

    public static void MovingAverage(Index1D i, ArrayView<float> source, ArrayView<float> share, ArrayView<float> average) =>
        average[i] = (1 - share[0]) * average[i] + share[0] * source[i];
}
