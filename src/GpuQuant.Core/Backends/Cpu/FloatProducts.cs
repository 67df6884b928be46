namespace GpuQuant.Backends.Cpu;

/// <summary>Binds the float32 products to one tile, which is a type, so that the loops around it are compiled for it.</summary>
internal abstract unsafe class FloatProducts
{
    public abstract Action Gemm(GemmCall call, WorkerPool pool);

    public abstract ProductWork Forward(Conv2DForwardCall call, WorkerPool pool);

    public abstract Action BackwardData(Conv2DBackwardDataCall call, WorkerPool pool);

    public abstract Action BackwardWeights(Conv2DBackwardWeightsCall call, WorkerPool pool);

    /// <summary>Pixels of a row, or pairs of them where few channels make pairs worth while.</summary>
    public static int Rows(int width, int channels) => AreWorthPairing(width, channels) ? width / 2 : width;

    /// <summary>The packed kernel of a convolution.</summary>
    public abstract long PackedFloats(Conv2DForwardCall call);

    /// <summary>The workspace of one of these calls.</summary>
    public abstract long WorkspaceFloats(KernelCall call, int workers);

    /// <summary>Whether two neighbouring pixels' outputs together fill a tile of 16 columns that either would leave half empty.</summary>
    protected static bool AreWorthPairing(int width, int channels) => channels is >= 4 and <= 8 && width % 2 == 0;
}

/// <summary>The products over one tile.</summary>
internal sealed unsafe class FloatProducts<TTile> : FloatProducts
    where TTile : struct, ITile
{
    public static FloatProducts Instance { get; } = new FloatProducts<TTile>();

    public override long WorkspaceFloats(KernelCall call, int workers) => call switch
    {
        GemmCall c => new GemmSizes<TTile>(c.M, c.N, c.K, workers).WorkspaceFloats,
        Conv2DForwardCall c => ForwardWorkspace(c, workers),
        Conv2DBackwardDataCall c => BackwardDataWorkspace(c, workers),
        Conv2DBackwardWeightsCall c => BackwardWeightsWorkspace(c, workers),
        _ => throw new ArgumentException($"{call.GetType().Name} is no float product.", nameof(call)),
    };

    public override long PackedFloats(Conv2DForwardCall call)
    {
        var (strips, output) = PlannedForward(call);
        return Convolution<TTile, ColumnMajor>.PackedFloats(strips, output);
    }

    public override Action Gemm(GemmCall call, WorkerPool pool)
    {
        var left = new LeftMatrix(At(call.A), call.TransposeA ? call.M : call.K, call.TransposeA);
        return call.TransposeB
            ? Gemm(call, pool, left, new ColumnMajor(At(call.B), call.K))
            : Gemm(call, pool, left, new RowMajor(At(call.B), call.N));
    }

    public override ProductWork Forward(Conv2DForwardCall call, WorkerPool pool)
    {
        var channels = call.Output.Shape[3];
        var kernel = new ColumnMajor(At(call.Kernel), call.Window.KernelArea * call.Input.Shape[3]);
        var (window, isPaired) = Pair(call.Window, channels);
        var strips = InputOf(call.Input, window);
        var output = OutputOf(call, strips, At(call.Output), AtOrNull(call.Moments)) with
        {
            Bias = AtOrNull(call.Bias),
            Scale = AtOrNull(call.Scale),
            Shift = AtOrNull(call.Shift),
            Residual = AtOrNull(call.Residual),
        };
        return isPaired
            ? Convolve(call, pool, strips, call.Input, Paired(kernel, channels, strips, call.Window.StrideX), output)
            : Convolve(call, pool, strips, call.Input, kernel, output);
    }

    public override Action BackwardData(Conv2DBackwardDataCall call, WorkerPool pool)
    {
        var (window, channels, outputs) = (call.Window, call.InputGradient.Shape[3], call.OutputGradient.Shape[3]);
        Action? all = null;
        foreach (var (y, x) in Phases(window))
        {
            var kernel = new TurnedKernel(At(call.Kernel), outputs, channels, window.KernelHeight, window.KernelWidth, y, x);
            var strips = GradientsOf(call, y, x);
            var grid = PixelGrid.OfPhase(y, x, window.Height, window.Width, channels);
            var work = IsPaired(call)
                ? Convolve(call, pool, strips, call.OutputGradient, Paired(kernel, channels, strips, 1),
                    new(At(call.InputGradient), grid with { PixelStride = 2 * channels }, 2 * channels) { Channels = channels })
                : Convolve(call, pool, strips, call.OutputGradient, kernel,
                    new(At(call.InputGradient), grid, channels) { Channels = channels });
            all += work.Of(call);
        }
        return all!;
    }

    public override Action BackwardWeights(Conv2DBackwardWeightsCall call, WorkerPool pool)
    {
        var (channels, outputs) = (call.Input.Shape[3], call.OutputGradient.Shape[3]);
        var (window, isPaired) = Pair(call.Window, outputs);
        var target = new KernelGradientTarget(At(call.KernelGradient), AtOrNull(call.BiasGradient), outputs,
            call.Window.KernelWidth * channels, call.Window.KernelHeight, isPaired ? call.Window.StrideX * channels : 0);
        return new KernelGradient<TTile>(
            pool, InputOf(call.Input, window), At(call.Input), At(call.OutputGradient), target, Scratch(call)).Run;
    }

    private static Action Gemm<TRight>(GemmCall call, WorkerPool pool, LeftMatrix left, TRight right)
        where TRight : struct, IPanelSource =>
        new Gemm<TTile, TRight>(pool, left, right, At(call.C), new GemmSizes<TTile>(call.M, call.N, call.K, pool.Workers),
            AtOrNull(call.Bias), call.Activation, Scratch(call)).Run;

    /// <summary>A packed kernel lies at the workspace's beginning, unless the call has memory for it.</summary>
    private static ProductWork Convolve<TKernel>(
        KernelCall call, WorkerPool pool, ImageStrips strips, TensorView source, TKernel kernel, ConvolutionOutput output)
        where TKernel : struct, IPanelSource
    {
        var size = Convolution<TTile, TKernel>.PackedFloats(strips, output);
        var packed = call.Packed is null ? Scratch(call) : At(call.Packed);
        var workspace = call.Packed is null ? Scratch(call) + Aligned(size) : Scratch(call);
        var convolution = new Convolution<TTile, TKernel>(pool, strips, At(source), kernel, output, packed, workspace);
        return new(convolution.Pack, convolution.Multiply);
    }

    private static long Aligned(long floats) => (floats + 15) / 16 * 16;

    private static long ForwardWorkspace(Conv2DForwardCall call, int workers)
    {
        var (strips, output) = PlannedForward(call);
        return Convolution<TTile, ColumnMajor>.WorkspaceFloats(strips, output, workers)
            + (call.Packed is null ? Aligned(Convolution<TTile, ColumnMajor>.PackedFloats(strips, output)) : 0);
    }

    /// <summary>The sizes, before tensors have a place: any address but null stands for the wanted moments.</summary>
    private static (ImageStrips Strips, ConvolutionOutput Output) PlannedForward(Conv2DForwardCall call)
    {
        var strips = InputOf(call.Input, Pair(call.Window, call.Output.Shape[3]).Window);
        return (strips, OutputOf(call, strips, null, call.Moments is null ? null : (float*)1));
    }

    private static ConvolutionOutput OutputOf(Conv2DForwardCall call, in ImageStrips strips, float* target, float* moments)
    {
        var channels = call.Output.Shape[3];
        var columns = Pair(call.Window, channels).IsPaired ? 2 * channels : channels;
        return new(target, PixelGrid.Dense(strips, columns), columns)
        {
            Channels = channels,
            Activation = call.Activation,
            Moments = moments,
        };
    }

    private static long BackwardWeightsWorkspace(Conv2DBackwardWeightsCall call, int workers)
    {
        var (window, isPaired) = Pair(call.Window, call.OutputGradient.Shape[3]);
        return KernelGradient<TTile>.WorkspaceFloats(
            InputOf(call.Input, window), call.OutputGradient.Shape[3] * (isPaired ? 2 : 1), workers);
    }

    private static long BackwardDataWorkspace(Conv2DBackwardDataCall call, int workers)
    {
        var columns = call.InputGradient.Shape[3] * (IsPaired(call) ? 2 : 1);
        return Phases(call.Window).Max(phase =>
        {
            var strips = GradientsOf(call, phase.Y, phase.X);
            var output = new ConvolutionOutput(null, default, columns);
            return Aligned(Convolution<TTile, TurnedKernel>.PackedFloats(strips, output))
                + Convolution<TTile, TurnedKernel>.WorkspaceFloats(strips, output, workers);
        });
    }

    private static IEnumerable<(AxisPhase Y, AxisPhase X)> Phases(Window2D w) =>
        from y in Enumerable.Range(0, Math.Min(w.StrideY, w.Height))
        from x in Enumerable.Range(0, Math.Min(w.StrideX, w.Width))
        select (AxisPhase.Of(y, w.StrideY, w.KernelHeight, w.PadTop, w.Height),
            AxisPhase.Of(x, w.StrideX, w.KernelWidth, w.PadLeft, w.Width));

    private static ImageStrips InputOf(TensorView images, in Window2D window) =>
        ImageStrips.Input(images.Shape[0], images.Shape[3], window);

    private static ImageStrips GradientsOf(Conv2DBackwardDataCall call, AxisPhase y, AxisPhase x) => ImageStrips.OutputGradients(
        call.OutputGradient.Shape[0], call.OutputGradient.Shape[3], call.Window, y, x, IsPaired(call) ? 2 : 1);

    private static (Window2D Window, bool IsPaired) Pair(in Window2D window, int channels) =>
        AreWorthPairing(window.OutWidth, channels)
            ? (window with { KernelWidth = window.KernelWidth + window.StrideX, StrideX = 2 * window.StrideX, OutWidth = window.OutWidth / 2 },
                true)
            : (window, false);

    private static bool IsPaired(Conv2DBackwardDataCall call) =>
        call.Window.StrideX == 1 && AreWorthPairing(call.Window.Width, call.InputGradient.Shape[3]);

    private static PairedKernel<TKernel> Paired<TKernel>(TKernel kernel, int channels, in ImageStrips strips, int strideX)
        where TKernel : struct, IPanelSource =>
        new(kernel, channels, strips.KernelHeight, strips.RowRun - strideX * strips.Channels, strideX * strips.Channels);

    private static float* At(TensorView view) => CpuMemory.Address<float>(view);

    private static float* AtOrNull(TensorView? view) => CpuMemory.AddressOrNull<float>(view);

    private static float* Scratch(KernelCall call) => CpuMemory.Address<float>(call.Workspace!);
}
