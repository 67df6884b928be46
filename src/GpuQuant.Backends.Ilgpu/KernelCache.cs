using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace GpuQuant.Backends.Ilgpu;

/// <summary>Compiles each kernel once for its accelerator, and binds launches of it to their arguments.</summary>
internal sealed class KernelCache(Accelerator accelerator, AcceleratorStream stream, LaunchGuard guard)
{
    private readonly Dictionary<MethodInfo, Delegate> _launchers = [];

    /// <summary>The blocks in which the accelerator computes products.</summary>
    public BlockTable Blocks { get; } = new(accelerator.NumMultiprocessors, accelerator.MaxNumThreadsPerGroup);

    /// <summary>What the accelerator multiplies int8 numbers with.</summary>
    public IntegerUnit IntegerUnit { get; } = accelerator switch
    {
        CudaAccelerator cuda when cuda.Architecture >= CudaArchitecture.SM_80 => IntegerUnit.Ampere,
        CudaAccelerator cuda when cuda.Architecture >= CudaArchitecture.SM_75 => IntegerUnit.Turing,
        CudaAccelerator cuda when cuda.Architecture >= CudaArchitecture.SM_61 => IntegerUnit.Dp4a,
        CPUAccelerator { WarpSize: 32 } => IntegerUnit.Shuffled,
        _ => IntegerUnit.Packed,
    };

    /// <summary>What launches groups of threads with these arguments.</summary>
    public Action BindGroups<T1, T2, T3, T4>(
        Action<T1, T2, T3, T4> kernel, KernelConfig groups, T1 p1, T2 p2, T3 p3, T4 p4)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct
    {
        var launch = Get(kernel, () => accelerator.LoadKernel(kernel));
        return Named(kernel, groups, () => launch(stream, groups, p1, p2, p3, p4));
    }

    public Action BindGroups<T1, T2, T3, T4, T5>(
        Action<T1, T2, T3, T4, T5> kernel, KernelConfig groups, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
    {
        var launch = Get(kernel, () => accelerator.LoadKernel(kernel));
        return Named(kernel, groups, () => launch(stream, groups, p1, p2, p3, p4, p5));
    }

    /// <summary>What launches one thread per element with these arguments.</summary>
    public Action Bind<T1, T2>(
        Action<Index1D, T1, T2> kernel, int threads, T1 p1, T2 p2)
        where T1 : struct where T2 : struct
    {
        var launch = Get(kernel, () => accelerator.LoadAutoGroupedKernel(kernel));
        return Named(kernel, threads, () => launch(stream, threads, p1, p2));
    }

    public Action Bind<T1, T2, T3>(
        Action<Index1D, T1, T2, T3> kernel, int threads, T1 p1, T2 p2, T3 p3)
        where T1 : struct where T2 : struct where T3 : struct
    {
        var launch = Get(kernel, () => accelerator.LoadAutoGroupedKernel(kernel));
        return Named(kernel, threads, () => launch(stream, threads, p1, p2, p3));
    }

    public Action Bind<T1, T2, T3, T4>(
        Action<Index1D, T1, T2, T3, T4> kernel, int threads, T1 p1, T2 p2, T3 p3, T4 p4)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct
    {
        var launch = Get(kernel, () => accelerator.LoadAutoGroupedKernel(kernel));
        return Named(kernel, threads, () => launch(stream, threads, p1, p2, p3, p4));
    }

    public Action Bind<T1, T2, T3, T4, T5>(
        Action<Index1D, T1, T2, T3, T4, T5> kernel, int threads, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
    {
        var launch = Get(kernel, () => accelerator.LoadAutoGroupedKernel(kernel));
        return Named(kernel, threads, () => launch(stream, threads, p1, p2, p3, p4, p5));
    }

    public Action Bind<T1, T2, T3, T4, T5, T6>(
        Action<Index1D, T1, T2, T3, T4, T5, T6> kernel, int threads, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
    {
        var launch = Get(kernel, () => accelerator.LoadAutoGroupedKernel(kernel));
        return Named(kernel, threads, () => launch(stream, threads, p1, p2, p3, p4, p5, p6));
    }

    public Action Bind<T1, T2, T3, T4, T5, T6, T7>(
        Action<Index1D, T1, T2, T3, T4, T5, T6, T7> kernel, int threads, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6, T7 p7)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct
    {
        var launch = Get(kernel, () => accelerator.LoadAutoGroupedKernel(kernel));
        return Named(kernel, threads, () => launch(stream, threads, p1, p2, p3, p4, p5, p6, p7));
    }

    public Action Bind<T1, T2, T3, T4, T5, T6, T7, T8>(
        Action<Index1D, T1, T2, T3, T4, T5, T6, T7, T8> kernel, int threads, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6, T7 p7, T8 p8)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct where T8 : struct
    {
        var launch = Get(kernel, () => accelerator.LoadAutoGroupedKernel(kernel));
        return Named(kernel, threads, () => launch(stream, threads, p1, p2, p3, p4, p5, p6, p7, p8));
    }

    public Action Bind<T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        Action<Index1D, T1, T2, T3, T4, T5, T6, T7, T8, T9> kernel, int threads, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6, T7 p7, T8 p8,
        T9 p9)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct where T8 : struct where T9 : struct
    {
        var launch = Get(kernel, () => accelerator.LoadAutoGroupedKernel(kernel));
        return Named(kernel, threads, () => launch(stream, threads, p1, p2, p3, p4, p5, p6, p7, p8, p9));
    }

    public Action Bind<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
        Action<Index1D, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> kernel, int threads, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6, T7 p7,
        T8 p8, T9 p9, T10 p10)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct where T8 : struct where T9 : struct where T10 : struct
    {
        var launch = Get(kernel, () => accelerator.LoadAutoGroupedKernel(kernel));
        return Named(kernel, threads, () => launch(stream, threads, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10));
    }

    public Action Bind<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(
        Action<Index1D, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> kernel, int threads, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6,
        T7 p7, T8 p8, T9 p9, T10 p10, T11 p11)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
    {
        var launch = Get(kernel, () => accelerator.LoadAutoGroupedKernel(kernel));
        return Named(kernel, threads, () => launch(stream, threads, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11));
    }

    public Action Bind<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
        Action<Index1D, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> kernel, int threads, T1 p1, T2 p2, T3 p3, T4 p4, T5 p5, T6 p6,
        T7 p7, T8 p8, T9 p9, T10 p10, T11 p11, T12 p12)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
    {
        var launch = Get(kernel, () => accelerator.LoadAutoGroupedKernel(kernel));
        return Named(kernel, threads, () => launch(stream, threads, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12));
    }

    private Action Named(Delegate kernel, int threads, Action launch) => guard.Wrap(kernel.Method, $"{threads} threads", launch);

    private Action Named(Delegate kernel, KernelConfig groups, Action launch) =>
        guard.Wrap(kernel.Method, $"{groups.GridDim} groups of {groups.GroupDim} threads", launch);

    private TLauncher Get<TLauncher>(Delegate kernel, Func<TLauncher> load) where TLauncher : Delegate
    {
        if (!_launchers.TryGetValue(kernel.Method, out var launcher))
            _launchers[kernel.Method] = launcher = guard.Load(kernel.Method, load);
        return (TLauncher)launcher;
    }
}
