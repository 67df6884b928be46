using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>Runs a model over data sets, batch by batch; the last batch is filled up and its surplus dropped.</summary>
public sealed class Predictor : IDisposable
{
    private readonly Backend _backend;
    private readonly Graph _graph;
    private readonly DeviceParameters _parameters;
    private readonly bool _ownsParameters;
    private readonly Preprocessing _preprocessing;

    /// <summary>Compiles a model for evaluation.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="model">The model, float or integer.</param>
    /// <param name="preprocessing">How raw samples become input.</param>
    /// <param name="batch">Samples per run; results do not depend on it.</param>
    /// <param name="arithmetic">How integer layers are computed.</param>
    /// <param name="layer">The layer whose output is wanted; null: the model's output.</param>
    public Predictor(Backend backend, Model model, Preprocessing preprocessing, int batch = 256, Arithmetic arithmetic = Arithmetic.Native,
        string? layer = null)
        : this(backend, model.Graph, new DeviceParameters(backend, model), true, preprocessing, batch, arithmetic, layer)
    {
    }

    /// <summary>Compiles a graph over parameters that are on the device already, such as those being trained.</summary>
    public Predictor(Backend backend, Graph graph, DeviceParameters parameters, Preprocessing preprocessing, int batch)
        : this(backend, graph, parameters, false, preprocessing, batch, Arithmetic.Native, null)
    {
    }

    private Predictor(Backend backend, Graph graph, DeviceParameters parameters, bool ownsParameters, Preprocessing preprocessing,
        int batch, Arithmetic arithmetic, string? layer)
    {
        (_backend, _graph, _parameters, _ownsParameters, _preprocessing) = (backend, graph, parameters, ownsParameters, preprocessing);
        try
        {
            Program = GraphProgram.ForInference(graph, parameters, backend, batch, arithmetic, layer);
        }
        catch
        {
            if (ownsParameters)
                parameters.Dispose();
            throw;
        }
    }

    /// <summary>The compiled program.</summary>
    public GraphProgram Program { get; }

    /// <summary>The outputs of all samples, in order; <typeparamref name="T"/> is the output's element type.</summary>
    public T[] Run<T>(IDataset data) where T : unmanaged
    {
        var perSample = Program.Output.Count / Program.Batch;
        var outputs = new T[checked(data.Count * perSample)];
        Run<T>(data, (first, values) => values.CopyTo(outputs.AsSpan(first * perSample)));
        return outputs;
    }

    /// <summary>Hands each batch's outputs to a receiver, with the index of its first sample; the surplus of the last is cut off.</summary>
    public void Run<T>(IDataset data, Action<int, ReadOnlySpan<T>> receive) where T : unmanaged
    {
        if (!data.SampleShape.Equals(SampleShape))
            throw new UsageException($"The model takes samples of {SampleShape}; {data.Name} has {data.SampleShape}.");
        var loader = new BatchLoader(data, _preprocessing, Program.Batch, net: _graph);
        var result = new Tensor(Program.Output.Type, Program.Output.Shape);
        var order = new int[data.Count];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        var perSample = Program.Output.Count / Program.Batch;
        for (var first = 0; first < data.Count; first += Program.Batch)
        {
            var count = Math.Min(Program.Batch, data.Count - first);
            var next = Math.Min(Program.Batch, data.Count - first - count);
            loader.Load(order.AsSpan(first, count), _backend, Program.Input, order.AsSpan(first + count, next));
            Program.Run();
            _backend.Download(Program.Output, result.Bytes);
            receive(first, result.Span<T>()[..(count * perSample)]);
        }
    }

    /// <summary>Gives the device's memory back.</summary>
    public void Dispose()
    {
        Program.Dispose();
        if (_ownsParameters)
            _parameters.Dispose();
    }

    private Shape SampleShape => new(Program.Input.Shape.Dims[1..]);
}
