using System.Runtime.CompilerServices;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

internal sealed unsafe partial class CpuPrimitives
{
    // Scales and shifts; in the backward pass also means, mean gradients, slopes.
    private const int ForwardTables = 2, BackwardTables = 5;

    public Action Prepare(MomentsCall call) => Moments(call.Input, call.Moments, Scratch<double>(call));

    public Action Prepare(BatchNormForwardCall call)
    {
        var gamma = At<float>(call.Gamma);
        var beta = At<float>(call.Beta);
        var moments = At<float>(call.Moments);
        var mean = At<float>(call.Mean);
        var inverse = At<float>(call.InverseDeviation);
        var runningMean = At<float>(call.RunningMean);
        var runningVariance = At<float>(call.RunningVariance);
        var (channels, epsilon, momentum) = (call.Mean.Count, call.Epsilon, call.Momentum);
        var rows = call.Output.Count / channels;
        var lanes = new ChannelLanes(channels);
        var scales = Scratch<float>(call);
        var quantizer = call.Quantization is { } quantization ? new RangeTracker(quantization) : null;
        var normalize = quantizer is null
            ? Normalize(call.Activation, call.Input, call.Output, lanes, scales)
            : NormalizeAndQuantize(call, lanes, scales, call.Quantization!);
        var outputs = new ChannelExtremes(call.Activation, channels, moments, gamma, beta, mean, inverse);
        return () =>
        {
            for (var c = 0; c < channels; c++)
            {
                var variance = moments[channels + c];
                (mean[c], inverse[c]) = (moments[c], BatchNormFormula.Inverse(variance, epsilon));
                runningMean[c] = BatchNormFormula.Running(runningMean[c], moments[c], momentum);
                runningVariance[c] = BatchNormFormula.Running(runningVariance[c], BatchNormFormula.Unbiased(variance, rows), momentum);
            }
            FillTables(lanes, gamma, beta, mean, inverse, scales);
            quantizer?.Observe(outputs.Range());
            normalize();
        };
    }

    public Action Prepare(BatchNormInferenceCall call)
    {
        var gamma = At<float>(call.Gamma);
        var beta = At<float>(call.Beta);
        var mean = At<float>(call.Mean);
        var variance = At<float>(call.Variance);
        var lanes = new ChannelLanes(call.Mean.Count);
        var scales = Scratch<float>(call);
        var epsilon = call.Epsilon;
        var normalize = Normalize(call.Activation, call.Input, call.Output, lanes, scales);
        return () =>
        {
            for (var lane = 0; lane < lanes.Count; lane++)
            {
                var c = lanes.ChannelOf(lane);
                (scales[lane], scales[lanes.Count + lane]) =
                    Affine(gamma[c], beta[c], mean[c], BatchNormFormula.Inverse(variance[c], epsilon));
            }
            normalize();
        };
    }

    public Action Prepare(BatchNormAffineCall call)
    {
        var gamma = At<float>(call.Gamma);
        var beta = At<float>(call.Beta);
        var mean = At<float>(call.Mean);
        var variance = At<float>(call.Variance);
        var scale = At<float>(call.Scale);
        var shift = At<float>(call.Shift);
        var (channels, epsilon) = (call.Mean.Count, call.Epsilon);
        return () =>
        {
            for (var c = 0; c < channels; c++)
                (scale[c], shift[c]) = Affine(gamma[c], beta[c], mean[c], BatchNormFormula.Inverse(variance[c], epsilon));
        };
    }

    public Action Prepare(BatchNormBackwardCall call)
    {
        var gamma = At<float>(call.Gamma);
        var beta = At<float>(call.Beta);
        var mean = At<float>(call.Mean);
        var inverse = At<float>(call.InverseDeviation);
        var dGamma = At<float>(call.GammaGradient);
        var dBeta = At<float>(call.BetaGradient);
        var channels = call.Mean.Count;
        var partials = Scratch<double>(call);
        var lanes = new ChannelLanes(call.Mean.Count);
        var rows = call.OutputGradient.Count / channels;
        var blocks = RowReduction.Blocks(rows, channels);
        var scales = (float*)(partials + 2L * channels * blocks);
        var means = scales + 2 * lanes.Count;
        var meanGradients = scales + 3 * lanes.Count;
        var slopes = scales + 4 * lanes.Count;
        var bounds = BoundsAt(call, scales);
        var (quantization, isConstant) = (call.Quantization, call.HasConstantStatistics);
        var scale = AtOrNull<float>(quantization?.Scale);
        var zeroPoint = AtOrNull<int>(quantization?.ZeroPoint);
        var sum = GradientSums(call, rows, partials, scales, lanes.Count);
        var distribute = Distribute(call, lanes, scales);
        return () =>
        {
            FillTables(lanes, gamma, beta, mean, inverse, scales);
            lanes.Fill(mean, means);
            if (quantization is not null)
                (bounds[0], bounds[1]) = InsideRange.Of(*scale, *zeroPoint, quantization.Minimum, quantization.Maximum);
            pool.Run(blocks, sum);
            RowReduction.Merge(partials, blocks, 2 * channels);
            for (var c = 0; c < channels; c++)
                (dBeta[c], dGamma[c]) = ((float)partials[c], (float)(partials[channels + c] * inverse[c]));
            for (var lane = 0; lane < lanes.Count; lane++)
            {
                var c = lanes.ChannelOf(lane);
                (meanGradients[lane], slopes[lane]) = isConstant ? (0, 0) : (dBeta[c] / rows, dGamma[c] / rows * inverse[c]);
            }
            distribute?.Invoke();
        };
    }

    private static long BatchNormBackwardBytes(BatchNormBackwardCall call) =>
        2 * RowReduction.WorkspaceBytes(call.OutputGradient.Count / call.Mean.Count, call.Mean.Count) + TableBytes(BackwardTables, call.Mean.Count)
        + (call.Quantization is null ? 0 : 2 * sizeof(float));

    /// <summary>Where the ends of the unclamped range stand, after the tables; null without a quantizer.</summary>
    private static float* BoundsAt(BatchNormBackwardCall call, float* scales) =>
        call.Quantization is null ? null : scales + BackwardTables * (long)new ChannelLanes(call.Mean.Count).Count;

    private static long TableBytes(int tables, int channels) => sizeof(float) * (long)tables * new ChannelLanes(channels).Count;

    private static long MomentsBytes(TensorView? input) => input is null ? 0 : ChannelMoments.WorkspaceBytes(
        RowReduction.Blocks(input.Count / input.Shape[^1], input.Shape[^1]), input.Shape[^1]);

    private Action Moments(TensorView input, TensorView moments, double* partials)
    {
        var x = At<float>(input);
        var y = At<float>(moments);
        var channels = input.Shape[^1];
        var rows = input.Count / channels;
        var blocks = RowReduction.Blocks(rows, channels);
        PoolJob measure = (block, _) =>
        {
            var (first, count) = RowReduction.Rows(block, rows, channels);
            ChannelMoments.Block(x + (long)first * channels, count, channels, ChannelMoments.Partial(partials, block, channels));
        };
        return () =>
        {
            pool.Run(blocks, measure);
            ChannelMoments.Merge(partials, blocks, channels, y);
        };
    }

    private Action Normalize(Activation activation, TensorView input, TensorView output, ChannelLanes lanes, float* scales)
    {
        var x = At<float>(input);
        var y = At<float>(output);
        var width = input.Shape[^1];
        var pastCaches = GoesPastCaches(output, lanes, width);
        return Rows(output, lanes, width, row => new NormalizeMap(activation, x + (long)row * width,
            y + (long)row * lanes.Channels, scales, scales + lanes.Count, pastCaches));
    }

    private Action NormalizeAndQuantize(BatchNormForwardCall call, ChannelLanes lanes, float* scales, OutputQuantization quantization)
    {
        var x = At<float>(call.Input);
        var y = At<float>(call.Output);
        var step = At<float>(quantization.Scale);
        var zeroPoint = At<int>(quantization.ZeroPoint);
        var width = call.Input.Shape[^1];
        return Rows(call.Output, lanes, width, row => new NormalizeAndQuantizeMap(call.Activation, x + (long)row * width,
            y + (long)row * lanes.Channels, scales, scales + lanes.Count, step, zeroPoint, quantization.Minimum, quantization.Maximum));
    }

    /// <summary>All elements at once where rows follow each other, else row by row; the map of row 0 is that of all.</summary>
    private Action Rows<TMap>(TensorView dense, ChannelLanes lanes, int width, Func<int, TMap> mapOf) where TMap : struct, ILaneMap =>
        width == lanes.Channels
            ? ElementWise.Prepare(pool, dense.Count, lanes, mapOf(0))
            : ElementWise.PrepareRows(pool, dense.Count / lanes.Channels, lanes, mapOf);

    /// <summary>Row by row, a row must begin at a whole vector too.</summary>
    private static bool GoesPastCaches(TensorView target, ChannelLanes lanes, int width) =>
        lanes.KeepsAlignment && (width == lanes.Channels || (lanes.Channels % 16 == 0 && target.Shape[^1] == lanes.Channels))
        && LargeStore.IsWorthwhile(At<float>(target), target.Count);

    private Action? Distribute(BatchNormBackwardCall call, ChannelLanes lanes, float* scales)
    {
        if (call.InputGradient is null)
            return null;
        var x = At<float>(call.Input);
        var dx = At<float>(call.InputGradient);
        var shifts = scales + lanes.Count;
        var (width, gradientWidth) = (call.Input.Shape[^1], call.InputGradient.Shape[^1]);
        var (channels, adds) = (lanes.Channels, call.AddsInputGradient);
        var gradient = new NormalizeGradient(call.Activation, x, At<float>(call.OutputGradient), scales, shifts, BoundsAt(call, scales));
        var pastCaches = !adds && GoesPastCaches(call.InputGradient, lanes, Math.Max(width, gradientWidth));
        return Rows(call.OutputGradient, lanes, Math.Max(width, gradientWidth), row => new BatchNormGradientMap(
            gradient.From((long)row * width, (long)row * channels), x + (long)row * width, dx + (long)row * gradientWidth, scales,
            shifts + lanes.Count, shifts + 2 * lanes.Count, shifts + 3 * lanes.Count, pastCaches, adds));
    }

    private static PoolJob GradientSums(BatchNormBackwardCall call, int rows, double* partials, float* scales, int lanesOfTables)
    {
        var x = At<float>(call.Input);
        var dy = At<float>(call.OutputGradient);
        var (channels, width) = (call.Mean.Count, call.Input.Shape[^1]);
        var activation = call.Activation;
        var bounds = BoundsAt(call, scales);
        return (block, _) =>
        {
            var (start, count) = RowReduction.Rows(block, rows, channels);
            for (var first = 0; first < channels; first += ChannelLanes.MostLanes)
            {
                var rowsAt = x + (long)start * width + first;
                var gradient = new NormalizeGradient(
                    activation, rowsAt, dy + (long)start * channels + first, scales + first, scales + lanesOfTables + first, bounds);
                BlockSums(gradient, rowsAt, width, scales + 2 * lanesOfTables + first, count, channels,
                    Math.Min(ChannelLanes.MostLanes, channels - first), partials + 2L * channels * block + first);
            }
        };
    }

    [SkipLocalsInit]
    private static void BlockSums(
        NormalizeGradient gradient, float* x, int width, float* means, int rows, int stride, int columns, double* sums)
    {
        var gradients = stackalloc float[2 * ChannelLanes.MostLanes];
        var products = gradients + ChannelLanes.MostLanes;
        var lanes = new ChannelLanes(columns);
        new Span<float>(gradients, 2 * ChannelLanes.MostLanes).Clear();
        if (width == stride)
            lanes.Rows(new BatchNormSumsMap(gradient, x, means, gradients, products), rows, stride);
        else
            for (var row = 0; row < rows; row++)
                lanes.Row(new BatchNormSumsMap(gradient.From((long)row * width, (long)row * stride), x + (long)row * width, means,
                    gradients, products), row);
        lanes.Fold(gradients, sums);
        lanes.Fold(products, sums + stride);
    }

    private static void FillTables(ChannelLanes lanes, float* gamma, float* beta, float* mean, float* inverse, float* scales)
    {
        for (var lane = 0; lane < lanes.Count; lane++)
        {
            var c = lanes.ChannelOf(lane);
            (scales[lane], scales[lanes.Count + lane]) = Affine(gamma[c], beta[c], mean[c], inverse[c]);
        }
    }

    private static (float Scale, float Shift) Affine(float gamma, float beta, float mean, float inverse)
    {
        var scale = BatchNormFormula.Scale(gamma, inverse);
        return (scale, BatchNormFormula.Shift(beta, mean, scale));
    }
}
