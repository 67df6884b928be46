using GpuQuant.Backends;
using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Batch normalization. Sums over the batch are made in the two stages of <see cref="ColumnSumKernel"/>.</summary>
internal static class BatchNormKernel
{
    public static void Mean(Index1D channel, ArrayView<float> parts, ArrayView<float> mean, int chunks, int channels, int rows) =>
        mean[channel] = ColumnSumKernel.Total(parts, channel, chunks, channels) / rows;

    /// <summary>Squared distances from the mean: the difference of two large sums would lose them.</summary>
    public static void SquareChunk(
        Index1D i, ArrayView<float> x, ArrayView<float> mean, ArrayView<float> parts, int rows, int channels, int chunkSize)
    {
        var chunk = Span1D.Chunk(i / channels, chunkSize, rows);
        var center = mean[i % channels];
        var sum = 0f;
        for (var r = chunk.Start; r < chunk.End; r++)
        {
            var distance = x[r * channels + i % channels] - center;
            sum += distance * distance;
        }
        parts[i] = sum;
    }

    public static void Statistics(
        Index1D channel, ArrayView<float> parts, ArrayView<float> mean, ArrayView<float> inverse, ArrayView<float> runningMean,
        ArrayView<float> runningVariance, int chunks, int channels, int rows, float epsilon, float momentum)
    {
        var squares = ColumnSumKernel.Total(parts, channel, chunks, channels);
        inverse[channel] = 1 / Scalar.Sqrt(squares / rows + epsilon);
        runningMean[channel] = momentum * runningMean[channel] + (1 - momentum) * mean[channel];
        runningVariance[channel] = momentum * runningVariance[channel] + (1 - momentum) * (squares / (rows > 1 ? rows - 1 : 1));
    }

    public static void Normalize(
        Index1D i, ArrayView<float> x, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> mean, ArrayView<float> inverse,
        ArrayView<float> y, int channels)
    {
        var c = i % channels;
        y[i] = gamma[c] * (x[i] - mean[c]) * inverse[c] + beta[c];
    }

    public static void Infer(
        Index1D i, ArrayView<float> x, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> mean, ArrayView<float> variance,
        ArrayView<float> y, int channels, float epsilon, Activation activation)
    {
        var c = i % channels;
        var inverse = 1 / Scalar.Sqrt(variance[c] + epsilon);
        y[i] = ActivationFormula.Apply(activation, gamma[c] * (x[i] - mean[c]) * inverse + beta[c]);
    }

    /// <summary>One chunk's part of the gamma gradient: the products of output gradient and normalized input.</summary>
    public static void SlopeChunk(
        Index1D i, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> mean, ArrayView<float> inverse, ArrayView<float> parts,
        int rows, int channels, int chunkSize)
    {
        var chunk = Span1D.Chunk(i / channels, chunkSize, rows);
        var c = i % channels;
        var (center, factor) = (mean[c], inverse[c]);
        var sum = 0f;
        for (var r = chunk.Start; r < chunk.End; r++)
            sum += dy[r * channels + c] * ((x[r * channels + c] - center) * factor);
        parts[i] = sum;
    }

    public static void Backward(
        Index1D i, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> gamma, ArrayView<float> mean, ArrayView<float> inverse,
        ArrayView<float> gammaGradient, ArrayView<float> betaGradient, ArrayView<float> dx, int rows, int channels)
    {
        var c = i % channels;
        var normalized = (x[i] - mean[c]) * inverse[c];
        var centered = dy[i] - betaGradient[c] / rows - normalized * (gammaGradient[c] / rows);
        dx[i] = gamma[c] * inverse[c] * centered;
    }
}
