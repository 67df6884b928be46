using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Experiments;
using GpuQuant.Numerics;

namespace GpuQuant.Peers;

/// <summary>A product of square matrices on our cpu backend; holds their memory, which a bound call alone does not keep alive.</summary>
internal sealed class OurGemm : IDisposable
{
    private readonly CpuBackend _backend;
    private readonly List<TensorView> _views = [];

    public OurGemm(int size, int threads)
    {
        _backend = new CpuBackend(threads);
        var call = new GemmCall(Matrix(size, 1), Matrix(size, 2), null, Matrix(size, 3));
        var bytes = _backend.WorkspaceBytes(call);
        if (bytes > 0)
            call = call with { Workspace = Take(DType.UInt8, new Shape(checked((int)bytes))) };
        Run = call.Prepare(_backend.Primitives);
    }

    /// <summary>Computes the product.</summary>
    public Action Run { get; }

    public void Dispose()
    {
        foreach (var view in _views)
            _backend.Free(view.Storage.Memory);
        _backend.Dispose();
    }

    private TensorView Matrix(int size, ulong seed)
    {
        var view = Take(DType.Float32, new Shape(size, size));
        BenchInputs.FillUniform(_backend, view, seed);
        return view;
    }

    private TensorView Take(DType type, Shape shape)
    {
        var view = TensorView.Allocate(_backend, "gemm", type, shape);
        _views.Add(view);
        return view;
    }
}
