using GpuQuant.Backends;
using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Maps of single elements; one thread each.</summary>
internal static class ElementWiseKernel
{
    public static void Copy(Index1D i, ArrayView<byte> source, ArrayView<byte> destination) => destination[i] = source[i];

    public static void Fill(Index1D i, ArrayView<float> destination, float value) => destination[i] = value;

    public static void Activate(Index1D i, ArrayView<float> x, ArrayView<float> y, Activation activation) =>
        y[i] = ActivationFormula.Apply(activation, x[i]);

    public static void ActivateBackward(Index1D i, ArrayView<float> y, ArrayView<float> dy, ArrayView<float> dx, Activation activation) =>
        dx[i] = ActivationFormula.Gradient(activation, y[i], dy[i]);

    public static void Binary(Index1D i, ArrayView<float> a, ArrayView<float> b, ArrayView<float> y, BinaryKind kind) =>
        y[i] = kind == BinaryKind.Add ? a[i] + b[i] : kind == BinaryKind.Subtract ? a[i] - b[i] : a[i] * b[i];

    public static void ScaledAdd(Index1D i, ArrayView<float> source, ArrayView<float> target, float factor) =>
        target[i] += factor * source[i];

    /// <summary>y[n, i, c] = x[n, i, c] f[n, c].</summary>
    public static void ScaleChannels(
        Index1D i, ArrayView<float> x, ArrayView<float> factors, ArrayView<float> y, int sampleLength, int channels) =>
        y[i] = x[i] * factors[i / sampleLength * channels + i % channels];
}
