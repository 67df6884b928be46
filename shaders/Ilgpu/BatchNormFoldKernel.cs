using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Batch normalizations folded into convolutions during training.</summary>
internal static class BatchNormFoldKernel
{
    /// <summary>Thread i multiplies one weight; a channel has <paramref name="length"/> of them.</summary>
    public static void Scale(
        Index1D i, ArrayView<float> x, ArrayView<float> gamma, ArrayView<float> variance, ArrayView<float> y, int length, float epsilon)
    {
        var c = i / length;
        y[i] = x[i] * BatchNormFormula.Scale(gamma[c], BatchNormFormula.Inverse(variance[c], epsilon));
    }

    /// <summary>The folded bias of a channel.</summary>
    public static void Bias(
        Index1D c, ArrayView<float> bias, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> mean, ArrayView<float> variance,
        ArrayView<float> folded, float epsilon)
    {
        var scale = BatchNormFormula.Scale(gamma[c], BatchNormFormula.Inverse(variance[c], epsilon));
        folded[c] = BatchNormFormula.FoldedBias(bias[c], beta[c], mean[c], scale);
    }

    /// <summary>The gradient of a channel's factor.</summary>
    public static void ScaleGradient(
        Index1D c, ArrayView<float> kernel, ArrayView<float> bias, ArrayView<float> mean, ArrayView<float> kernelGradient,
        ArrayView<float> biasGradient, ArrayView<float> result, int length)
    {
        var sum = 0f;
        for (var i = 0; i < length; i++)
            sum += kernelGradient[c * length + i] * kernel[c * length + i];
        result[c] = sum + biasGradient[c] * (bias[c] - mean[c]);
    }

    /// <summary>What follows from it for a channel; the gamma gradient holds it before.</summary>
    public static void Finish(
        Index1D c, ArrayView<float> gamma, ArrayView<float> variance, ArrayView<float> foldedBiasGradient, ArrayView<float> biasGradient,
        ArrayView<float> gammaGradient, ArrayView<float> betaGradient, ArrayView<float> slope, ArrayView<float> offset, int rows,
        float epsilon)
    {
        var inverse = BatchNormFormula.Inverse(variance[c], epsilon);
        var scale = BatchNormFormula.Scale(gamma[c], inverse);
        var (scaleGradient, gradient) = (gammaGradient[c], foldedBiasGradient[c]);
        biasGradient[c] = gradient * scale;
        betaGradient[c] = gradient;
        gammaGradient[c] = scaleGradient * inverse;
        slope[c] = BatchNormFormula.FoldedSlope(scaleGradient, gamma[c], inverse, rows);
        offset[c] = -scale * gradient / rows;
    }
}
