using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Parts;

namespace GpuQuant.Evaluation;

/// <summary>What is kept of a layer while samples stream by.</summary>
/// <param name="layer">The layer.</param>
internal sealed class LayerStatistics(ComparedLayer layer)
{
    private readonly ErrorSums _accumulated = new(), _own = new();
    private readonly ValueHistogram _histogram = new();
    private readonly IntegerUse? _use = UseOf(layer), _ownUse = UseOf(layer);

    /// <summary>Adds the first samples of a batch, given each node's output.</summary>
    public void Add(int samples, Func<Node, Tensor> output)
    {
        var exact = output(layer.Float).Span<float>()[..checked((int)(samples * layer.Float.Output.Shape.Count))];
        _accumulated.Add(exact, Values(output(layer.Accumulated), exact, _use));
        _own.Add(exact, Values(output(layer.Own), exact, _ownUse));
        if (!_accumulated.IsFinite || !_own.IsFinite)
            throw new ComputationException($"Layer '{layer.Name}' gives infinite or undefined values; such models cannot be compared.");
        _histogram.Add(exact);
    }

    /// <summary>The comparison over all samples.</summary>
    public LayerComparison Result() => new(layer.Name, layer.Accumulated.Op.Kind, _accumulated.Count, _accumulated.Result(),
        _own.Result(), _use?.SaturationPct, _use?.DeadRangePct, layer.Meaning, _histogram);

    private static IntegerUse? UseOf(ComparedLayer layer) => layer.Meaning is { } meaning ? new IntegerUse(meaning) : null;

    private static ReadOnlySpan<float> Values(Tensor given, ReadOnlySpan<float> exact, IntegerUse? use)
    {
        if (use is null)
            return given.Span<float>()[..exact.Length];
        var values = new float[exact.Length];
        use.Add(given, exact, values);
        return values;
    }
}
