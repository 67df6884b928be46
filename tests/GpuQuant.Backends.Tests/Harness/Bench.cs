namespace GpuQuant.Backends.Tests.Harness;

/// <summary>The tensors of one test on one device.</summary>
public sealed class Bench(string device) : IDisposable
{
    private readonly List<TestTensor> _tensors = [];

    /// <summary>The device.</summary>
    public Backend Backend { get; } = TestDevices.Open(device);

    /// <summary>The tensors made so far.</summary>
    public IReadOnlyList<TestTensor> Tensors => _tensors;

    /// <summary>A tensor that the call must leave as it is.</summary>
    public TensorView Input<T>(T[] values, params ReadOnlySpan<int> dims) where T : unmanaged => Add<T>(new(dims), values, false).View;

    /// <summary>A tensor that the call must write whole.</summary>
    public TestTensor<T> Output<T>(params ReadOnlySpan<int> dims) where T : unmanaged => Add<T>(new(dims), null, true);

    /// <summary>A tensor that the call changes.</summary>
    public TestTensor<T> InOut<T>(T[] values, params ReadOnlySpan<int> dims) where T : unmanaged => Add(new(dims), values, true);

    /// <summary>The scratch memory that the device asked for, if it did.</summary>
    public TestTensor? Workspace { get; private set; }

    /// <summary>Makes the scratch memory: filled with the pattern of unwritten outputs, since nobody promises zeros.</summary>
    public TensorView MakeWorkspace(long bytes)
    {
        Workspace = new TestTensor<byte>(Backend, new(checked((int)bytes)), null, true);
        Workspace.Place(aligned: true);
        return Workspace.View;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _tensors)
            tensor.Free();
        Workspace?.Free();
    }

    private TestTensor<T> Add<T>(Shape shape, T[]? values, bool isWritten) where T : unmanaged
    {
        var tensor = new TestTensor<T>(Backend, shape, values, isWritten);
        _tensors.Add(tensor);
        return tensor;
    }
}
