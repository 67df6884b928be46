using GpuQuant.Kernels;

namespace GpuQuant.Backends.Ilgpu;

internal sealed partial class IlgpuPrimitives
{
    public Action Prepare(BatchNormFoldCall call)
    {
        var (gamma, variance, channels) = (Floats(call.Gamma), Floats(call.Variance), call.Bias.Count);
        return kernels.Bind(
                BatchNormFoldKernel.Scale, call.Kernel.Count,
                Floats(call.Kernel), gamma, variance, Floats(call.FoldedKernel), call.Kernel.Count / channels, call.Epsilon)
            + kernels.Bind(
                BatchNormFoldKernel.Bias, channels,
                Floats(call.Bias), gamma, Floats(call.Beta), Floats(call.Mean), variance, Floats(call.FoldedBias), call.Epsilon);
    }

    public Action Prepare(BatchNormFoldBackwardCall call)
    {
        var (gamma, variance, gammaGradient) = (Floats(call.Gamma), Floats(call.Variance), Floats(call.GammaGradient));
        var (kernelGradient, biasGradient) = (Floats(call.FoldedKernelGradient), Floats(call.FoldedBiasGradient));
        var channels = call.Bias.Count;
        var length = call.Kernel.Count / channels;
        return kernels.Bind(
                BatchNormFoldKernel.ScaleGradient, channels,
                Floats(call.Kernel), Floats(call.Bias), Floats(call.Mean), kernelGradient, biasGradient, gammaGradient, length)
            + kernels.Bind(
                BatchNormFoldKernel.Finish, channels,
                gamma, variance, biasGradient, Floats(call.BiasGradient), gammaGradient, Floats(call.BetaGradient), Floats(call.Slope),
                Floats(call.Offset), call.Rows, call.Epsilon)
            + kernels.Bind(
                BatchNormFoldKernel.Scale, call.Kernel.Count,
                kernelGradient, gamma, variance, Floats(call.KernelGradient), length, call.Epsilon);
    }
}
