using GpuQuant.Backends;
using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Batch normalization. Sums over the batch are made in the two stages of <see cref="ColumnSumKernel"/>.</summary>
internal static class BatchNormKernel
{
    /// <summary>The mean of what was summed, from element <paramref name="first"/> on: the moments hold means, then variances.</summary>
    public static void Average(
        Index1D channel, ArrayView<float> parts, ArrayView<float> moments, int chunks, int channels, int rows, int first) =>
        moments[first + channel] = ColumnSumKernel.Total(parts, channel, chunks, channels) / rows;

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

    /// <summary>One chunk's greatest value, or with a sign of -1 its least, negated.</summary>
    public static void ExtremeChunk(
        Index1D i, ArrayView<float> x, ArrayView<float> parts, int rows, int channels, int chunkSize, float sign)
    {
        var chunk = Span1D.Chunk(i / channels, chunkSize, rows);
        var greatest = sign * x[chunk.Start * channels + i % channels];
        for (var r = chunk.Start + 1; r < chunk.End; r++)
        {
            var value = sign * x[r * channels + i % channels];
            greatest = value > greatest ? value : greatest;
        }
        parts[i] = greatest;
    }

    /// <summary>The extreme of what the chunks found, from element <paramref name="first"/> on.</summary>
    public static void Extreme(
        Index1D channel, ArrayView<float> parts, ArrayView<float> moments, int chunks, int channels, float sign, int first)
    {
        var greatest = parts[channel];
        for (var chunk = 1; chunk < chunks; chunk++)
        {
            var value = parts[chunk * channels + channel];
            greatest = value > greatest ? value : greatest;
        }
        moments[first + channel] = sign * greatest;
    }

    public static void Statistics(
        Index1D channel, ArrayView<float> moments, ArrayView<float> mean, ArrayView<float> inverse, ArrayView<float> runningMean,
        ArrayView<float> runningVariance, BatchNormSizes sizes, float epsilon, float momentum)
    {
        var (center, variance) = (moments[channel], moments[sizes.Channels + channel]);
        mean[channel] = center;
        inverse[channel] = BatchNormFormula.Inverse(variance, epsilon);
        runningMean[channel] = BatchNormFormula.Running(runningMean[channel], center, momentum);
        runningVariance[channel] = BatchNormFormula.Running(
            runningVariance[channel], BatchNormFormula.Unbiased(variance, sizes.Rows), momentum);
    }

    /// <summary>One thread: the range of the outputs, from the extremes of the inputs; moves the quantizer's towards it.</summary>
    public static void TrackRange(
        Index1D i, ArrayView<float> moments, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> mean,
        ArrayView<float> inverse, ArrayView<float> range, ArrayView<float> step, ArrayView<int> zeroPoint, float momentum,
        BatchNormSizes sizes)
    {
        var (low, high) = (0f, 0f);
        for (var c = 0; c < sizes.Channels; c++)
        {
            var first = Output(moments[2 * sizes.Channels + c], gamma[c], beta[c], mean[c], inverse[c], sizes.Activation);
            var second = Output(moments[3 * sizes.Channels + c], gamma[c], beta[c], mean[c], inverse[c], sizes.Activation);
            var (least, greatest) = first < second ? (first, second) : (second, first);
            low = least < low ? least : low;
            high = greatest > high ? greatest : high;
        }
        RangeKernel.Move(range, low, high, momentum);
        RangeKernel.Finish(range, step, zeroPoint, sizes.Minimum, sizes.Maximum);
    }

    public static void Forward(
        Index1D i, ArrayView<float> x, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> mean, ArrayView<float> inverse,
        ArrayView<float> step, ArrayView<int> zeroPoint, ArrayView<float> y, BatchNormSizes sizes)
    {
        var c = i % sizes.Channels;
        var output = Output(x[i / sizes.Channels * sizes.Width + c], gamma[c], beta[c], mean[c], inverse[c], sizes.Activation);
        if (sizes.Maximum > sizes.Minimum)
            output = QuantizeFormula.FakeQuantize(output, step[0], zeroPoint[0], sizes.Minimum, sizes.Maximum);
        y[i] = output;
    }

    public static void Infer(
        Index1D i, ArrayView<float> x, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> mean, ArrayView<float> variance,
        ArrayView<float> y, int channels, int width, float epsilon, Activation activation)
    {
        var c = i % channels;
        y[i] = Output(x[i / channels * width + c], gamma[c], beta[c], mean[c], BatchNormFormula.Inverse(variance[c], epsilon), activation);
    }

    public static void Affine(
        Index1D channel, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> mean, ArrayView<float> variance,
        ArrayView<float> scale, ArrayView<float> shift, float epsilon)
    {
        var factor = BatchNormFormula.Scale(gamma[channel], BatchNormFormula.Inverse(variance[channel], epsilon));
        scale[channel] = factor;
        shift[channel] = BatchNormFormula.Shift(beta[channel], mean[channel], factor);
    }

    /// <summary>One chunk's part of the gamma gradient: the products of gradient and normalized input.</summary>
    public static void SlopeChunk(
        Index1D i, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> mean,
        ArrayView<float> inverse, ArrayView<float> step, ArrayView<int> zeroPoint, ArrayView<float> parts, BatchNormSizes sizes)
    {
        var chunk = Span1D.Chunk(i / sizes.Channels, sizes.ChunkSize, sizes.Rows);
        var c = i % sizes.Channels;
        var sum = 0f;
        for (var r = chunk.Start; r < chunk.End; r++)
        {
            var input = x[r * sizes.Width + c];
            var y = Output(input, gamma[c], beta[c], mean[c], inverse[c], sizes.Activation);
            sum += Gradient(y, dy[r * sizes.Channels + c], step, zeroPoint, sizes) * ((input - mean[c]) * inverse[c]);
        }
        parts[i] = sum;
    }

    /// <summary>One chunk's part of the beta gradient: the gradients.</summary>
    public static void OffsetChunk(
        Index1D i, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> mean,
        ArrayView<float> inverse, ArrayView<float> step, ArrayView<int> zeroPoint, ArrayView<float> parts, BatchNormSizes sizes)
    {
        var chunk = Span1D.Chunk(i / sizes.Channels, sizes.ChunkSize, sizes.Rows);
        var c = i % sizes.Channels;
        var sum = 0f;
        for (var r = chunk.Start; r < chunk.End; r++)
        {
            var y = Output(x[r * sizes.Width + c], gamma[c], beta[c], mean[c], inverse[c], sizes.Activation);
            sum += Gradient(y, dy[r * sizes.Channels + c], step, zeroPoint, sizes);
        }
        parts[i] = sum;
    }

    public static void Backward(
        Index1D i, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> gamma, ArrayView<float> beta, ArrayView<float> mean,
        ArrayView<float> inverse, ArrayView<float> step, ArrayView<int> zeroPoint, ArrayView<float> gammaGradient,
        ArrayView<float> betaGradient, ArrayView<float> dx, BatchNormSizes sizes)
    {
        var (row, c) = (i / sizes.Channels, i % sizes.Channels);
        var input = x[row * sizes.Width + c];
        var gradient = Gradient(
            Output(input, gamma[c], beta[c], mean[c], inverse[c], sizes.Activation), dy[i], step, zeroPoint, sizes);
        if (sizes.HasConstantStatistics == 0)
        {
            var normalized = (input - mean[c]) * inverse[c];
            gradient = gradient - betaGradient[c] / sizes.Rows - normalized * (gammaGradient[c] / sizes.Rows);
        }
        var at = row * sizes.GradientWidth + c;
        var before = 0f;
        if (sizes.AddsGradient != 0)
            before = dx[at];
        dx[at] = before + gamma[c] * inverse[c] * gradient;
    }

    private static float Output(float x, float gamma, float beta, float mean, float inverse, Activation activation)
    {
        var scale = BatchNormFormula.Scale(gamma, inverse);
        return ActivationFormula.Apply(activation, BatchNormFormula.Normalize(x, scale, BatchNormFormula.Shift(beta, mean, scale)));
    }

    /// <summary>The gradient before the activation and the quantizer, from the output before the quantizer.</summary>
    private static float Gradient(float y, float dy, ArrayView<float> step, ArrayView<int> zeroPoint, BatchNormSizes sizes)
    {
        var isInside = sizes.Maximum == sizes.Minimum
            || QuantizeFormula.IsInside(y, step[0], zeroPoint[0], sizes.Minimum, sizes.Maximum);
        return isInside ? ActivationFormula.Gradient(sizes.Activation, y, dy) : 0;
    }
}
