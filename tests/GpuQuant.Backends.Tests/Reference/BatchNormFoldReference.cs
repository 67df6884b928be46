namespace GpuQuant.Backends.Tests.Reference;

/// <summary>One channel of a convolution with its batch normalization folded in.</summary>
public static class BatchNormFoldReference
{
    public static (Approx[] Kernel, Approx Bias) Compute(
        float[] kernel, float bias, float gamma, float beta, float mean, float variance, float epsilon)
    {
        var scale = Scale(gamma, variance, epsilon);
        return ([.. kernel.Select(w => w * scale)], (Approx)beta + ((Approx)bias - mean) * scale);
    }

    public static BatchNormFoldGradient Gradient(float[] kernel, float bias, float gamma, float mean, float variance, float[] kernelGradient,
        float biasGradient, int rows, float epsilon)
    {
        var (inverse, scale) = (Scale(1, variance, epsilon), Scale(gamma, variance, epsilon));
        var sum = Approx.Sum(kernel.Zip(kernelGradient, (w, g) => (Approx)w * g).Append((Approx)biasGradient * ((Approx)bias - mean)));
        return new([.. kernelGradient.Select(g => g * scale)], biasGradient * scale, sum * inverse, biasGradient,
            -sum * gamma * inverse * inverse * inverse / rows, -scale * biasGradient / rows);
    }

    private static Approx Scale(float gamma, float variance, float epsilon) =>
        (Approx)gamma * ((Approx)1 / Approx.Sqrt((Approx)variance + epsilon));
}

/// <summary>One channel of its gradient.</summary>
public sealed record BatchNormFoldGradient(Approx[] Kernel, Approx Bias, Approx Gamma, Approx Beta, Approx Slope, Approx Offset);
