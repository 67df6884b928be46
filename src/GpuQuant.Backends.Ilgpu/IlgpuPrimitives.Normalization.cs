using GpuQuant.Kernels;
using ILGPU;

namespace GpuQuant.Backends.Ilgpu;

internal sealed partial class IlgpuPrimitives
{
    public Action Prepare(MomentsCall call) => Moments(call.Input, call.Moments, Scratch(call));

    public Action Prepare(BatchNormForwardCall call)
    {
        var (mean, inverse) = (Floats(call.Mean), Floats(call.InverseDeviation));
        var sizes = Sizes(call.Output, call.Activation, call.Quantization) with { Width = call.Input.Shape[^1] };
        var statistics = kernels.Bind(
            BatchNormKernel.Statistics, sizes.Channels,
            Floats(call.Moments), mean, inverse, Floats(call.RunningMean), Floats(call.RunningVariance), sizes, call.Epsilon,
            call.Momentum);
        var (scale, zeroPoint) = (Step(call.Quantization, call.Mean), ZeroPoint(call.Quantization, call.Mean));
        var track = call.Quantization is not { } quantization ? null : kernels.Bind(
            BatchNormKernel.TrackRange, 1,
            Floats(call.Moments), Floats(call.Gamma), Floats(call.Beta), mean, inverse, Floats(quantization.Range), scale, zeroPoint,
            quantization.Momentum, sizes);
        return statistics + track + kernels.Bind(
            BatchNormKernel.Forward, call.Output.Count,
            Floats(call.Input), Floats(call.Gamma), Floats(call.Beta), mean, inverse, scale, zeroPoint, Floats(call.Output), sizes);
    }

    public Action Prepare(BatchNormInferenceCall call) => kernels.Bind(
        BatchNormKernel.Infer, call.Output.Count,
        Floats(call.Input), Floats(call.Gamma), Floats(call.Beta), Floats(call.Mean), Floats(call.Variance), Floats(call.Output),
        call.Mean.Count, call.Input.Shape[^1], call.Epsilon, call.Activation);

    public Action Prepare(BatchNormAffineCall call) => kernels.Bind(
        BatchNormKernel.Affine, call.Mean.Count,
        Floats(call.Gamma), Floats(call.Beta), Floats(call.Mean), Floats(call.Variance), Floats(call.Scale), Floats(call.Shift),
        call.Epsilon);

    public Action Prepare(BatchNormBackwardCall call)
    {
        var (x, dy, gamma, beta) = (Floats(call.Input), Floats(call.OutputGradient), Floats(call.Gamma), Floats(call.Beta));
        var (mean, inverse, parts) = (Floats(call.Mean), Floats(call.InverseDeviation), Scratch(call));
        var (slope, offset) = (Floats(call.GammaGradient), Floats(call.BetaGradient));
        var sizes = Sizes(call.OutputGradient, call.Activation, call.Quantization, call.HasConstantStatistics) with
        {
            Width = call.Input.Shape[^1],
            GradientWidth = call.InputGradient?.Shape[^1] ?? 0,
            AddsGradient = Flag(call.AddsInputGradient),
        };
        var (step, zeroPoint) = (Step(call.Quantization, call.Mean), ZeroPoint(call.Quantization, call.Mean));
        var (channels, chunks) = (sizes.Channels, new RowChunks(sizes.Rows));
        var sums = kernels.Bind(BatchNormKernel.SlopeChunk, chunks.Count * channels, x, dy, gamma, beta, mean, inverse, step, zeroPoint,
                parts, sizes)
            + kernels.Bind(ColumnSumKernel.Finish, channels, parts, slope, chunks.Count, channels, Flag(false))
            + kernels.Bind(BatchNormKernel.OffsetChunk, chunks.Count * channels, x, dy, gamma, beta, mean, inverse, step, zeroPoint,
                parts, sizes)
            + kernels.Bind(ColumnSumKernel.Finish, channels, parts, offset, chunks.Count, channels, Flag(false));
        return call.InputGradient is not { } inputGradient ? sums : sums + kernels.Bind(
            BatchNormKernel.Backward, call.OutputGradient.Count,
            x, dy, gamma, beta, mean, inverse, step, zeroPoint, slope, offset, Floats(inputGradient), sizes);
    }

    private static long MomentsBytes(TensorView input) =>
        new RowChunks(input.Count / input.Shape[^1]).PartBytes(input.Shape[^1]);

    /// <summary>The sizes for a tensor whose rows follow each other.</summary>
    private static BatchNormSizes Sizes(
        TensorView input, Activation activation, OutputQuantization? quantization = null, bool hasConstantStatistics = false)
    {
        var rows = input.Count / input.Shape[^1];
        return new(rows, input.Shape[^1], new RowChunks(rows).Size, activation, quantization?.Minimum ?? 0, quantization?.Maximum ?? 0,
            Flag(hasConstantStatistics), input.Shape[^1], input.Shape[^1], 0);
    }

    private static ArrayView<float> Step(OutputQuantization? quantization, TensorView other) => Optional<float>(quantization?.Scale, other);

    private static ArrayView<int> ZeroPoint(OutputQuantization? quantization, TensorView other) =>
        Optional<int>(quantization?.ZeroPoint, other);

    private Action Moments(TensorView input, TensorView moments, ArrayView<float> parts)
    {
        var (x, y, sizes) = (Floats(input), Floats(moments), Sizes(input, Activation.None));
        var (rows, channels, chunks) = (sizes.Rows, sizes.Channels, new RowChunks(sizes.Rows));
        return kernels.Bind(ColumnSumKernel.Chunk, chunks.Count * channels, x, parts, rows, channels, chunks.Size)
            + kernels.Bind(BatchNormKernel.Average, channels, parts, y, chunks.Count, channels, rows, 0)
            + kernels.Bind(BatchNormKernel.SquareChunk, chunks.Count * channels, x, y, parts, rows, channels, chunks.Size)
            + kernels.Bind(BatchNormKernel.Average, channels, parts, y, chunks.Count, channels, rows, channels)
            + Extreme(-1, 2 * channels)
            + Extreme(1, 3 * channels);

        Action Extreme(float sign, int first) =>
            kernels.Bind(BatchNormKernel.ExtremeChunk, chunks.Count * channels, x, parts, rows, channels, chunks.Size, sign)
            + kernels.Bind(BatchNormKernel.Extreme, channels, parts, y, chunks.Count, channels, sign, first);
    }

    public Action Prepare(SoftmaxCall call)
    {
        var columns = call.Input.Shape[^1];
        return kernels.Bind(SoftmaxKernel.Forward, call.Input.Count / columns, Floats(call.Input), Floats(call.Output), columns);
    }

    public Action Prepare(SoftmaxBackwardCall call)
    {
        var columns = call.Output.Shape[^1];
        return kernels.Bind(
            SoftmaxKernel.Backward, call.Output.Count / columns,
            Floats(call.Output), Floats(call.OutputGradient), Floats(call.InputGradient), columns);
    }

    public Action Prepare(SoftmaxCrossEntropyCall call)
    {
        var columns = call.Logits.Shape[^1];
        var rows = call.Logits.Count / columns;
        return kernels.Bind(
            SoftmaxKernel.CrossEntropy, rows,
            Floats(call.Logits), Floats(call.Targets), Floats(call.Statistics), Floats(call.LogitsGradient), rows, columns);
    }
}
