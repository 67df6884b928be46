using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Support;

/// <summary>Tensors on a device and single calls on them.</summary>
internal sealed class DeviceTensors(Backend backend) : IDisposable
{
    private readonly List<TensorView> _views = [];

    /// <summary>A tensor of zeros.</summary>
    public TensorView New(DType type, Shape shape) => Put(new Tensor(type, shape));

    /// <summary>A copy of a host tensor.</summary>
    public TensorView Put(Tensor tensor)
    {
        var view = TensorView.Allocate(backend, "test", tensor.Type, tensor.Shape);
        _views.Add(view);
        backend.Upload(tensor.Bytes, view);
        return view;
    }

    /// <summary>Runs a call once, with a workspace if it needs one.</summary>
    public void Run(KernelCall call)
    {
        var bytes = backend.WorkspaceBytes(call);
        var complete = bytes == 0 ? call : call with { Workspace = New(DType.UInt8, new Shape((int)bytes)) };
        complete.Prepare(backend.Primitives)();
    }

    /// <summary>A tensor's floats.</summary>
    public float[] Fetch(TensorView view) => Fetch<float>(view);

    /// <summary>A tensor's elements.</summary>
    public T[] Fetch<T>(TensorView view) where T : unmanaged => TestModels.Fetch<T>(backend, view);

    public void Dispose()
    {
        foreach (var view in _views)
            backend.Free(view.Storage.Memory);
    }
}
