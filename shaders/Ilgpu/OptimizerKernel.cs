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
}
