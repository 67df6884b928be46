using System.Buffers;
using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;

namespace GpuQuant.Quantization;

/// <summary>One layer's outputs during calibration, as far as the rule for ranges needs to remember them.</summary>
/// <param name="layer">The layer's name, for messages.</param>
/// <param name="spec">The quantizer of the outputs, with the rule.</param>
/// <param name="backend">The device.</param>
/// <param name="output">The layer's output, batch first.</param>
internal sealed class OutputRange(string layer, QuantizerSpec spec, Backend backend, TensorView output)
{
    // As much as stays in a core's own cache beside the counts.
    private const int Chunk = 1 << 16;

    // Histograms are the same in however many parts values come, so each thread has its own.
    private readonly ValueHistogram[] _seen = Start(backend.Workers);
    private readonly (float Low, float High)[] _batch = new (float, float)[backend.Workers];
    private (double Low, double High)? _average;

    /// <summary>Looks at the output of the first samples of the batch that is on the device.</summary>
    public void Add(int samples)
    {
        var count = output.Count / output.Shape[0] * samples;
        var (chunks, failures) = ((count + Chunk - 1) / Chunk, 0);
        Array.Fill(_batch, (float.PositiveInfinity, float.NegativeInfinity));
        backend.OnHost(Math.Min(_seen.Length, chunks), worker =>
        {
            var values = ArrayPool<float>.Shared.Rent(Chunk);
            for (var chunk = worker; chunk < chunks; chunk += _seen.Length)
            {
                var part = values.AsSpan(0, Math.Min(Chunk, count - chunk * Chunk));
                backend.Download(output.Slice(chunk * Chunk, new Shape(part.Length)), MemoryMarshal.AsBytes(part));
                if (!TryAdd(worker, part))
                    Interlocked.Increment(ref failures);
            }
            ArrayPool<float>.Shared.Return(values);
        });
        if (failures > 0)
            throw new ComputationException($"Layer '{layer}' gives infinite or undefined values on the calibration samples; "
                + "a model with such values cannot be quantized.");
        if (spec.Range.Kind == RangeKind.MovingAverage)
            Average();
    }

    /// <summary>The range by the rule.</summary>
    public (float Low, float High) Find()
    {
        var (low, high) = _average ?? RangeSearch.Of(spec, Merged());
        return ((float)low, (float)high);
    }

    private bool TryAdd(int worker, ReadOnlySpan<float> values)
    {
        if (spec.Range.Kind != RangeKind.MovingAverage)
            return _seen[worker].TryAdd(values);
        var (low, high) = FiniteExtremes.Of(values);
        _batch[worker] = (Math.Min(_batch[worker].Low, low), Math.Max(_batch[worker].High, high));
        return !float.IsNaN(low);
    }

    /// <summary>Moves the average by the batch just seen, the first one giving its start.</summary>
    private void Average()
    {
        var (least, greatest) = (_batch.Min(part => part.Low), _batch.Max(part => part.High));
        var (low, high) = _average ?? (least, greatest);
        _average = (low + (1 - spec.Range.Low) * (least - low), high + (1 - spec.Range.Low) * (greatest - high));
    }

    private ValueHistogram Merged()
    {
        var all = new ValueHistogram();
        foreach (var part in _seen)
            all.Add(part);
        return all;
    }

    private static ValueHistogram[] Start(int workers) => [.. Enumerable.Range(0, workers).Select(_ => new ValueHistogram())];
}
