using GpuQuant.Numerics;

namespace GpuQuant.Backends;

/// <summary>Tensors outside any program's plan that are given back together.</summary>
internal sealed class OwnedTensors(Backend backend) : IDisposable
{
    private readonly List<DeviceMemory> _memories = [];

    /// <summary>Takes memory, filled with zeros.</summary>
    public TensorView Take(string name, DType type, Shape shape)
    {
        var view = TensorView.Allocate(backend, name, type, shape);
        _memories.Add(view.Storage.Memory);
        return view;
    }

    /// <summary>The call with the scratch memory that the device wants for it.</summary>
    public T WithWorkspace<T>(T call) where T : KernelCall => backend.WorkspaceBytes(call) is > 0 and var bytes
        ? call with { Workspace = Take("workspace", DType.UInt8, new Shape(checked((int)bytes))) }
        : call;

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        foreach (var memory in _memories)
            backend.Free(memory);
        _memories.Clear();
    }
}
