using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

internal sealed unsafe partial class CpuPrimitives
{
    public Action Prepare(BatchNormFoldCall call)
    {
        var kernel = At<float>(call.Kernel);
        var bias = At<float>(call.Bias);
        var gamma = At<float>(call.Gamma);
        var beta = At<float>(call.Beta);
        var mean = At<float>(call.Mean);
        var variance = At<float>(call.Variance);
        var foldedKernel = At<float>(call.FoldedKernel);
        var foldedBias = At<float>(call.FoldedBias);
        var (channels, epsilon) = (call.Bias.Count, call.Epsilon);
        var length = call.Kernel.Count / channels;
        return PrepareRows(channels, length, (begin, end) =>
        {
            for (var c = begin; c < end; c++)
            {
                var scale = BatchNormFormula.Scale(gamma[c], BatchNormFormula.Inverse(variance[c], epsilon));
                for (var i = (long)c * length; i < (c + 1L) * length; i++)
                    foldedKernel[i] = kernel[i] * scale;
                foldedBias[c] = BatchNormFormula.FoldedBias(bias[c], beta[c], mean[c], scale);
            }
        });
    }

    public Action Prepare(BatchNormFoldBackwardCall call)
    {
        var kernel = At<float>(call.Kernel);
        var bias = At<float>(call.Bias);
        var gamma = At<float>(call.Gamma);
        var mean = At<float>(call.Mean);
        var variance = At<float>(call.Variance);
        var foldedKernel = At<float>(call.FoldedKernelGradient);
        var foldedBias = At<float>(call.FoldedBiasGradient);
        var dKernel = At<float>(call.KernelGradient);
        var dBias = At<float>(call.BiasGradient);
        var dGamma = At<float>(call.GammaGradient);
        var dBeta = At<float>(call.BetaGradient);
        var slope = At<float>(call.Slope);
        var offset = At<float>(call.Offset);
        var (channels, rows, epsilon) = (call.Bias.Count, call.Rows, call.Epsilon);
        var length = call.Kernel.Count / channels;
        return PrepareRows(channels, length, (begin, end) =>
        {
            for (var c = begin; c < end; c++)
            {
                var inverse = BatchNormFormula.Inverse(variance[c], epsilon);
                var scale = BatchNormFormula.Scale(gamma[c], inverse);
                var sum = (double)foldedBias[c] * (bias[c] - mean[c]);
                for (var i = (long)c * length; i < (c + 1L) * length; i++)
                {
                    sum += (double)foldedKernel[i] * kernel[i];
                    dKernel[i] = foldedKernel[i] * scale;
                }
                var scaleGradient = (float)sum;
                (dBias[c], dBeta[c], dGamma[c]) = (foldedBias[c] * scale, foldedBias[c], scaleGradient * inverse);
                slope[c] = BatchNormFormula.FoldedSlope(scaleGradient, gamma[c], inverse, rows);
                offset[c] = -scale * foldedBias[c] / rows;
            }
        });
    }
}
