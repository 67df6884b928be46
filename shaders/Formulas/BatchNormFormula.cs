namespace GpuQuant.Formulas;

/// <summary>
/// Batch normalization of single values as one multiplication and one addition. The gradient of a fused activation is taken from the
/// output that this gives once more, so that forward and backward pass agree on where a relu is closed.
/// </summary>
internal static class BatchNormFormula
{
    /// <summary>1 / sqrt(variance + epsilon).</summary>
    public static float Inverse(float variance, float epsilon) => 1 / Scalar.Sqrt(variance + epsilon);

    /// <summary>The factor of a channel.</summary>
    public static float Scale(float gamma, float inverse) => gamma * inverse;

    /// <summary>The offset of a channel.</summary>
    public static float Shift(float beta, float mean, float scale) => beta - mean * scale;

    /// <summary>The normalized value, before the activation.</summary>
    public static float Normalize(float x, float scale, float shift) => x * scale + shift;

    /// <summary>The bias of a convolution with the normalization folded into it.</summary>
    public static float FoldedBias(float bias, float beta, float mean, float scale) => beta + (bias - mean) * scale;

    /// <summary>What a batch's variance passes on to the values it was taken of, per distance from their mean.</summary>
    public static float FoldedSlope(float scaleGradient, float gamma, float inverse, int rows) =>
        -scaleGradient * gamma * inverse * inverse * inverse / rows;

    /// <summary>The running statistic after a step that saw <paramref name="batch"/>.</summary>
    public static float Running(float old, float batch, float momentum) => momentum * old + (1 - momentum) * batch;

    /// <summary>The unbiased variance of so many rows, from the mean square distance.</summary>
    public static float Unbiased(float variance, int rows) => rows > 1 ? variance * (rows / (rows - 1f)) : variance;
}
