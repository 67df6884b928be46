using GpuQuant.Kernels;

namespace GpuQuant.Backends.Ilgpu;

internal sealed partial class IlgpuPrimitives
{
    public Action Prepare(BatchNormForwardCall call)
    {
        var (x, mean, inverse, parts) = (Floats(call.Input), Floats(call.Mean), Floats(call.InverseDeviation), Scratch(call));
        var (channels, rows) = (call.Mean.Count, call.Input.Count / call.Mean.Count);
        var chunks = new RowChunks(rows);
        return kernels.Bind(ColumnSumKernel.Chunk, chunks.Count * channels, x, parts, rows, channels, chunks.Size)
            + kernels.Bind(BatchNormKernel.Mean, channels, parts, mean, chunks.Count, channels, rows)
            + kernels.Bind(BatchNormKernel.SquareChunk, chunks.Count * channels, x, mean, parts, rows, channels, chunks.Size)
            + kernels.Bind(
                BatchNormKernel.Statistics, channels,
                parts, mean, inverse, Floats(call.RunningMean), Floats(call.RunningVariance),
                chunks.Count, channels, rows, call.Epsilon, call.Momentum)
            + kernels.Bind(
                BatchNormKernel.Normalize, call.Input.Count,
                x, Floats(call.Gamma), Floats(call.Beta), mean, inverse, Floats(call.Output), channels);
    }

    public Action Prepare(BatchNormInferenceCall call) => kernels.Bind(
        BatchNormKernel.Infer, call.Input.Count,
        Floats(call.Input), Floats(call.Gamma), Floats(call.Beta), Floats(call.Mean), Floats(call.Variance), Floats(call.Output),
        call.Mean.Count, call.Epsilon, call.Activation);

    public Action Prepare(BatchNormBackwardCall call)
    {
        var (x, dy, mean, inverse) = (Floats(call.Input), Floats(call.OutputGradient), Floats(call.Mean), Floats(call.InverseDeviation));
        var (slope, offset, parts) = (Floats(call.GammaGradient), Floats(call.BetaGradient), Scratch(call));
        var (channels, rows) = (call.Mean.Count, call.Input.Count / call.Mean.Count);
        var chunks = new RowChunks(rows);
        return kernels.Bind(BatchNormKernel.SlopeChunk, chunks.Count * channels, x, dy, mean, inverse, parts, rows, channels, chunks.Size)
            + kernels.Bind(ColumnSumKernel.Finish, channels, parts, slope, chunks.Count, channels, Flag(false))
            + kernels.Bind(ColumnSumKernel.Chunk, chunks.Count * channels, dy, parts, rows, channels, chunks.Size)
            + kernels.Bind(ColumnSumKernel.Finish, channels, parts, offset, chunks.Count, channels, Flag(false))
            + kernels.Bind(
                BatchNormKernel.Backward, call.Input.Count,
                x, dy, Floats(call.Gamma), mean, inverse, slope, offset, Floats(call.InputGradient), rows, channels);
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
