namespace GpuQuant.Backends.Tests.Harness;

/// <summary>A tensor in guarded device memory: writing beside it is found out, and so is changing an input.</summary>
public abstract class TestTensor
{
    private const int GuardBytes = 64;
    private const byte GuardPattern = 0xA5;

    // NaN in a float: a kernel that adds to an output instead of overwriting it, or leaves an element out, shows.
    private const byte UnwrittenPattern = 0xFF;

    private readonly Backend _backend;
    private readonly DeviceMemory _memory;
    private readonly TensorView _whole;
    private readonly byte[]? _initial;
    private readonly bool _isWritten;
    private int _start;

    /// <summary>Takes memory for the tensor and its guards.</summary>
    protected TestTensor(Backend backend, DType type, Shape shape, byte[]? initial, bool isWritten)
    {
        (_backend, _initial, _isWritten) = (backend, initial, isWritten);
        var storage = new Storage("test", shape.Count * type.Size());
        _memory = backend.Allocate(storage.Bytes + 2 * GuardBytes + type.Size());
        storage.Place(_memory, GuardBytes);
        var whole = new Storage("test.guarded", _memory.Bytes);
        whole.Place(_memory, 0);
        _whole = new(whole, DType.UInt8, new(checked((int)_memory.Bytes)));
        View = new(storage, type, shape);
    }

    /// <summary>The tensor, for the call's arguments.</summary>
    public TensorView View { get; }

    /// <summary>The bytes that <see cref="Fetch"/> last got.</summary>
    public byte[] Bytes { get; private set; } = [];

    /// <summary>Moves the tensor: to an aligned place or to one that is aligned to its elements only, as a slice may be.</summary>
    public void Place(bool aligned)
    {
        _start = GuardBytes + (aligned ? 0 : View.Type.Size());
        View.Storage.Place(_memory, _start);
    }

    /// <summary>Uploads the guards with the initial values, or the pattern of an output not yet written.</summary>
    public void Reset()
    {
        var bytes = new byte[_memory.Bytes];
        bytes.AsSpan().Fill(GuardPattern);
        var content = bytes.AsSpan(_start, (int)View.Bytes);
        if (_initial is null)
            content.Fill(UnwrittenPattern);
        else
            _initial.CopyTo(content);
        _backend.Upload(bytes, _whole);
    }

    /// <summary>Downloads the values, and checks the guards and that an input is as it was.</summary>
    public void Fetch()
    {
        var bytes = new byte[_memory.Bytes];
        _backend.Download(_whole, bytes);
        Bytes = bytes[_start..(_start + (int)View.Bytes)];
        Assert.True(bytes[.._start].All(b => b == GuardPattern), "The call wrote before the tensor.");
        Assert.True(bytes[(_start + (int)View.Bytes)..].All(b => b == GuardPattern), "The call wrote behind the tensor.");
        Assert.True(_isWritten || Bytes.AsSpan().SequenceEqual(_initial), "The call changed an input.");
    }

    /// <summary>Gives the memory back.</summary>
    public void Free() => _backend.Free(_memory);
}
