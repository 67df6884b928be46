using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;

namespace GpuQuant.Evaluation;

/// <summary>
/// Compares a float model with a deployed form of it, layer by layer, on any test set: samples go through both in batches, and only sums
/// and histograms are kept. The results do not depend on the batch size.
/// </summary>
/// <example>
/// <code>
/// using var comparer = new LayerComparer(backend, trained, deployed, preprocessing);
/// foreach (var layer in comparer.Compare(testSet))
///     Console.WriteLine($"{layer.Layer} {layer.Accumulated.SqnrDb:0.0} dB");
/// </code>
/// </example>
public sealed class LayerComparer : IDisposable
{
    private readonly Backend _backend;
    private readonly Preprocessing _preprocessing;
    private readonly DeviceParameters _parameters;
    private readonly GraphProgram _program;
    private readonly ComparisonNet _net;
    private readonly Dictionary<Node, TensorView> _outputs;

    /// <summary>Compiles the comparison.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="floating">The trained model; it is folded and fused, so that its layers are the deployed one's.</param>
    /// <param name="deployed">The deployed model.</param>
    /// <param name="preprocessing">How raw samples become input.</param>
    /// <param name="batch">Samples per run.</param>
    /// <exception cref="UsageException">The models are not forms of one net.</exception>
    public LayerComparer(Backend backend, Model floating, Model deployed, Preprocessing preprocessing, int batch = 16)
    {
        (_backend, _preprocessing, _net) = (backend, preprocessing, ComparisonNet.Of(Reference(floating), deployed));
        _parameters = new DeviceParameters(backend, _net.Model);
        try
        {
            _outputs = _net.Layers.SelectMany(layer => new[] { layer.Float, layer.Accumulated, layer.Own }).Distinct().ToDictionary(
                node => node, node => _parameters.Take($"{node.Name}.output", node.Output.Type, node.Output.Shape.Prepend(batch)));
            _program = GraphProgram.ForObservation(_net.Model.Graph, _parameters, backend, batch,
                (node, output) => _outputs.TryGetValue(node, out var kept) ? new CopyCall(output, kept) : null);
        }
        catch
        {
            _parameters.Dispose();
            throw;
        }
    }

    /// <summary>The form of a trained model whose layers are those of deployed ones: batch normalizations folded, activations fused.</summary>
    public static Model Reference(Model trained)
    {
        var folded = FoldBatchNorm.Apply(trained);
        return folded with { Graph = FuseActivations.Apply(folded.Graph) };
    }

    /// <summary>Compares the layers, in the net's order.</summary>
    /// <exception cref="UsageException">The set is empty or its samples do not fit the model.</exception>
    /// <exception cref="ComputationException">A layer gives infinite or undefined values.</exception>
    public IReadOnlyList<LayerComparison> Compare(IDataset data)
    {
        var expected = new Shape(_program.Input.Shape.Dims[1..]);
        if (!data.SampleShape.Equals(expected))
            throw new UsageException($"The model takes samples of {expected}; {data.Name} has {data.SampleShape}.");
        if (data.Count == 0)
            throw new UsageException($"{data.Name} holds no samples to compare layers on.");
        var layers = _net.Layers.Select(layer => new LayerStatistics(layer)).ToArray();
        var loader = new BatchLoader(data, _preprocessing, _program.Batch, net: _net.Model.Graph);
        for (var first = 0; first < data.Count; first += _program.Batch)
        {
            var count = Math.Min(_program.Batch, data.Count - first);
            loader.Load([.. Enumerable.Range(first, count)], _backend, _program.Input);
            _program.Run();
            foreach (var layer in layers)
                layer.Add(count, Download);
        }
        return [.. layers.Select(layer => layer.Result())];
    }

    /// <summary>Gives the device's memory back.</summary>
    public void Dispose()
    {
        _program.Dispose();
        _parameters.Dispose();
    }

    private Tensor Download(Node node)
    {
        var output = new Tensor(_outputs[node].Type, _outputs[node].Shape);
        _backend.Download(_outputs[node], output.Bytes);
        return output;
    }
}
