using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// A model's parameters on a device, shared by all programs of that model. The trainable ones lie together in one buffer, and so do
/// their gradients: an optimizer's step is one call.
/// </summary>
public sealed class DeviceParameters : IDisposable
{
    private readonly Backend _backend;
    private readonly Dictionary<string, TensorView> _views = [];
    private readonly Dictionary<string, TensorView> _gradients = [];
    private readonly List<DeviceMemory> _memories = [];

    /// <summary>Uploads the parameters of a model.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="model">Graph and values.</param>
    /// <param name="withGradients">Whether training will need gradients.</param>
    public DeviceParameters(Backend backend, Model model, bool withGradients = false)
    {
        _backend = backend;
        var trainable = model.Graph.Parameters.Where(p => p.Spec.Trainable).OrderByDescending(p => p.Spec.IsKernel).ToArray();
        Trainable = TakeFlat("parameters", trainable, _views);
        var kernels = trainable.Where(p => p.Spec.IsKernel).Sum(p => Room(p.Spec));
        Kernels = kernels > 0 ? Trainable!.Slice(0, new Shape(kernels)) : null;
        Gradients = withGradients ? TakeFlat("gradients", trainable, _gradients) : null;
        foreach (var (name, spec) in model.Graph.Parameters.Where(p => !p.Spec.Trainable))
            _views[name] = Take(name, spec.Type, spec.Shape);
        try
        {
            Upload(model.Parameters);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>All trainable parameters as one float32 vector; null if there are none.</summary>
    public TensorView? Trainable { get; }

    /// <summary>Its beginning, the trainable kernels (<see cref="ParameterSpec.IsKernel"/>); null if there are none.</summary>
    public TensorView? Kernels { get; }

    /// <summary>Their gradients, in the same order; null if none were asked for.</summary>
    public TensorView? Gradients { get; }

    /// <summary>A parameter's place.</summary>
    public TensorView this[string name] => _views[name];

    /// <summary>A trainable parameter's gradient.</summary>
    public TensorView Gradient(string name) => _gradients[name];

    /// <summary>Sets all values.</summary>
    /// <exception cref="UsageException">A parameter is missing or has another type or shape.</exception>
    public void Upload(ParameterSet values)
    {
        foreach (var (name, view) in _views)
            _backend.Upload(values.Get(name, view.Type, view.Shape).Bytes, view);
    }

    /// <summary>Copies all values to the host.</summary>
    public ParameterSet Download()
    {
        var values = new Dictionary<string, Tensor>();
        foreach (var (name, view) in _views)
        {
            var tensor = new Tensor(view.Type, view.Shape);
            _backend.Download(view, tensor.Bytes);
            values[name] = tensor;
        }
        return new ParameterSet(values);
    }

    /// <summary>Memory of the same lifetime for what belongs to the parameters: an optimizer's moments.</summary>
    public TensorView Take(string name, DType type, Shape shape)
    {
        var view = TensorView.Allocate(_backend, name, type, shape);
        _memories.Add(view.Storage.Memory);
        return view;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        foreach (var memory in _memories)
            _backend.Free(memory);
        _memories.Clear();
    }

    private TensorView? TakeFlat(string name, (string Name, ParameterSpec Spec)[] parameters, Dictionary<string, TensorView> views)
    {
        if (parameters.Length == 0)
            return null;
        var starts = new long[parameters.Length];
        var total = 0L;
        for (var i = 0; i < parameters.Length; i++)
        {
            starts[i] = total;
            total += Room(parameters[i].Spec);
        }
        var flat = Take(name, DType.Float32, new Shape(checked((int)total)));
        for (var i = 0; i < parameters.Length; i++)
            views[parameters[i].Name] = flat.Slice(starts[i], parameters[i].Spec.Shape);
        return flat;
    }

    // Each parameter begins at a cache line; the gaps stay zero, and an optimizer's step leaves them zero.
    private static int Room(ParameterSpec spec) => checked((int)((spec.Shape.Count + 15) / 16 * 16));
}
