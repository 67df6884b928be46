namespace GpuQuant.Backends.Cpu;

internal sealed unsafe partial class CpuPrimitives
{
    public Action Prepare(GemmCall call)
    {
        var a = At<float>(call.A);
        var b = At<float>(call.B);
        var (m, n, k) = (call.M, call.N, call.K);
        return (call.TransposeA, call.TransposeB) switch
        {
            (false, false) => Product(call, new LaneMajor(a, k), new DepthMajor(b, n), call.C, m, n, k, call.Bias, call.Activation, true),
            (false, true) => Product(call, new LaneMajor(a, k), new LaneMajor(b, k), call.C, m, n, k, call.Bias, call.Activation, true),
            (true, false) => Product(call, new DepthMajor(a, m), new DepthMajor(b, n), call.C, m, n, k, call.Bias, call.Activation, false),
            (true, true) => Product(call, new DepthMajor(a, m), new LaneMajor(b, k), call.C, m, n, k, call.Bias, call.Activation, false),
        };
    }

    public Action Prepare(Conv2DForwardCall call)
    {
        Action convolve = new Convolution<LaneMajor>(
            pool, InputOf(call.Input, call.Window), At<float>(call.Input), call.Window,
            new LaneMajor(At<float>(call.Kernel), PatchLength(call.Window, call.Input)),
            At<float>(call.Output), call.Output.Shape[3], AtOrNull<float>(call.Bias), call.Activation, Scratch<float>(call)).Run;
        // The convolution is done with the workspace when the moments need it.
        return call.Moments is { } moments ? convolve + Moments(call.Output, moments, Scratch<double>(call)) : convolve;
    }

    public Action Prepare(Conv2DBackwardDataCall call)
    {
        var (window, channels) = (call.Window, call.InputGradient.Shape[3]);
        // Every input pixel, one by one, collects from the gradients laid out around it.
        var back = window with { OutHeight = window.Height, OutWidth = window.Width, StrideX = 1, StrideY = 1 };
        var kernel = new TurnedKernel(At<float>(call.Kernel), call.OutputGradient.Shape[3], window.KernelArea, channels);
        return new Convolution<TurnedKernel>(pool, GradientsOf(call), At<float>(call.OutputGradient), back, kernel,
            At<float>(call.InputGradient), channels, null, Activation.None, Scratch<float>(call)).Run;
    }

    public Action Prepare(Conv2DBackwardWeightsCall call) => new KernelGradient(
        pool, InputOf(call.Input, call.Window), At<float>(call.Input), call.Window, At<float>(call.OutputGradient),
        call.OutputGradient.Shape[3], At<float>(call.KernelGradient), Scratch<float>(call)).Run;

    private Action Product<TLeft, TRight>(
        KernelCall call, TLeft left, TRight right, TensorView c, int m, int n, int k, TensorView? bias, Activation activation,
        bool rowsAreSamples)
        where TLeft : struct, IPanelSource
        where TRight : struct, IPanelSource =>
        new Gemm<TLeft, TRight>(pool, left, right, At<float>(c), m, n, k, AtOrNull<float>(bias), activation, Scratch<float>(call),
            GemmLayout.Slices(m, n, k, rowsAreSamples)).Run;
}
