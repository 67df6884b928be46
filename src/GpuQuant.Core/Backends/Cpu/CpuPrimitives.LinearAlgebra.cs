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
        var (channels, outputs) = (call.Input.Shape[3], call.Output.Shape[3]);
        var k = PatchLength(call.Window, call.Input);
        return Product(call, new PatchLanes(At<float>(call.Input), channels, call.Window), new LaneMajor(At<float>(call.Kernel), k),
            call.Output, call.Output.Count / outputs, outputs, k, call.Bias, call.Activation, true);
    }

    public Action Prepare(Conv2DBackwardDataCall call)
    {
        var (channels, outputs) = (call.InputGradient.Shape[3], call.OutputGradient.Shape[3]);
        return Product(call, new GradientPatchLanes(At<float>(call.OutputGradient), outputs, call.Window),
            new KernelByInput(At<float>(call.Kernel), outputs, call.Window.KernelArea, channels),
            call.InputGradient, call.InputGradient.Count / channels, channels, call.Window.KernelArea * outputs, null, Activation.None, true);
    }

    public Action Prepare(Conv2DBackwardWeightsCall call)
    {
        var (channels, outputs) = (call.Input.Shape[3], call.OutputGradient.Shape[3]);
        return Product(call, new DepthMajor(At<float>(call.OutputGradient), outputs),
            new PatchDepth(At<float>(call.Input), channels, call.Window),
            call.KernelGradient, outputs, PatchLength(call.Window, call.Input), call.OutputGradient.Count / outputs, null, Activation.None, false);
    }

    private Action Product<TLeft, TRight>(
        KernelCall call, TLeft left, TRight right, TensorView c, int m, int n, int k, TensorView? bias, Activation activation,
        bool rowsAreSamples)
        where TLeft : struct, IPanelSource
        where TRight : struct, IPanelSource =>
        new Gemm<TLeft, TRight>(pool, left, right, At<float>(c), m, n, k, AtOrNull<float>(bias), activation, Scratch<float>(call),
            GemmLayout.Slices(m, n, k, rowsAreSamples)).Run;
}
