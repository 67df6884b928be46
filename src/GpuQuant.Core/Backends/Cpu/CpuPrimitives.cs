namespace GpuQuant.Backends.Cpu;

/// <summary>The primitives on the CPU, split over files by group.</summary>
internal sealed unsafe partial class CpuPrimitives(WorkerPool pool, CpuIsa isa) : IPrimitives
{
    /// <summary>What the call's <see cref="KernelCall.Workspace"/> has to hold.</summary>
    public long WorkspaceBytes(KernelCall call) => call switch
    {
        GemmCall c => GemmWorkspace(c.M, c.N, c.K, !c.TransposeA),
        Conv2DForwardCall c => Convolution<LaneMajor>.WorkspaceBytes(InputOf(c.Input, c.Window), c.Window, c.Output.Shape[3]),
        Conv2DBackwardDataCall c => Convolution<TurnedKernel>.WorkspaceBytes(GradientsOf(c), c.Window, c.InputGradient.Shape[3]),
        Conv2DBackwardWeightsCall c => KernelGradient.WorkspaceBytes(InputOf(c.Input, c.Window), c.Window, c.OutputGradient.Shape[3]),
        ReduceRowsCall c => RowReduction.WorkspaceBytes(c.Rows, c.Columns),
        MinMaxCall c => 8L * RangeChunks(c.Input.Count),
        BatchNormForwardCall c => RowReduction.WorkspaceBytes(c.Input.Count / c.Mean.Count, c.Mean.Count),
        BatchNormBackwardCall c => RowReduction.WorkspaceBytes(c.Input.Count / c.Mean.Count, c.Mean.Count),
        IntGemmCall c => ShapeOf(c).WorkspaceBytes(pool.Workers),
        IntConv2DCall c => ShapeOf(c).WorkspaceBytes(pool.Workers),
        _ => 0,
    };

    private long GemmWorkspace(int m, int n, int k, bool rowsAreSamples) =>
        new GemmLayout(m, n, k, GemmLayout.Slices(m, n, k, rowsAreSamples), pool.Workers).WorkspaceBytes;

    private static BorderedImages InputOf(TensorView images, Window2D window) =>
        BorderedImages.Input(images.Shape[0], images.Shape[3], window);

    private static BorderedImages GradientsOf(Conv2DBackwardDataCall call) =>
        BorderedImages.OutputGradients(call.OutputGradient.Shape[0], call.OutputGradient.Shape[3], call.Window);

    private static int PatchLength(Window2D window, TensorView image) => window.KernelArea * image.Shape[3];

    private static T* At<T>(TensorView view) where T : unmanaged => CpuMemory.Address<T>(view);

    private static T* AtOrNull<T>(TensorView? view) where T : unmanaged => CpuMemory.AddressOrNull<T>(view);

    private static T* Scratch<T>(KernelCall call) where T : unmanaged =>
        call.Workspace is { } workspace
            ? CpuMemory.Address<T>(workspace)
            : throw new InvalidOperationException($"{call.GetType().Name} needs a workspace.");
}
