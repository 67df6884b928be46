using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>
/// Puts samples of a data set into a program's input: images preprocessed, as float32, and word numbers as they are, as int32. Allocates
/// nothing after it was made.
/// </summary>
public sealed class BatchLoader
{
    private readonly IDataset _data;
    private readonly Preprocessing _preprocessing;
    private readonly byte[] _raw;
    private readonly float[] _input;
    private readonly int[] _upcoming;
    private readonly int _sampleBytes;
    private readonly SampleEdit? _edit;
    private readonly int _words;

    /// <summary>Makes a loader for batches of up to <paramref name="batch"/> samples.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="preprocessing">How images become input.</param>
    /// <param name="batch">The most samples of a load.</param>
    /// <param name="edit">What is done to each image before; null: nothing.</param>
    /// <param name="net">The net that takes the samples: word numbers that its embedding lacks are refused; null: none are.</param>
    public BatchLoader(IDataset data, Preprocessing preprocessing, int batch, SampleEdit? edit = null, Graph? net = null)
    {
        if (data.SampleType is not (DType.UInt8 or DType.Int32))
            throw new UsageException(
                $"{data.Name} holds {data.SampleType} samples; images of {DType.UInt8} or word numbers of {DType.Int32} are expected.");
        var length = checked((int)data.SampleShape.Count);
        (_data, _preprocessing, _sampleBytes, _edit) = (data, preprocessing, length * data.SampleType.Size(), edit);
        (_raw, _input) = IsText ? (new byte[checked(_sampleBytes * batch)], []) : (new byte[length], new float[length * batch]);
        _upcoming = new int[2 * batch];
        _words = net is null ? int.MaxValue : EmbeddingOp.WordsOf(net);
    }

    private bool IsText => _data.SampleType == DType.Int32;

    /// <summary>Uploads the samples of the given indices; with fewer than the batch, the rest of the input keeps what it held.</summary>
    /// <param name="indices">The samples, at most a batch.</param>
    /// <param name="backend">The device.</param>
    /// <param name="input">Where they go.</param>
    /// <param name="next">The samples of the next load, at most a batch: slow sets make them ready while the device computes.</param>
    /// <exception cref="UsageException">The net takes images and the set holds texts, or the other way round.</exception>
    /// <exception cref="DataException">A text holds a word number that the net's embedding lacks.</exception>
    public void Load(ReadOnlySpan<int> indices, Backend backend, TensorView input, ReadOnlySpan<int> next = default)
    {
        if ((input.Type == DType.Int32) != IsText)
            throw new UsageException($"The net takes {input.Type} input; {_data.Name} holds {_data.SampleType} samples: choose a net for "
                + (IsText ? "texts." : "images."));
        indices.CopyTo(_upcoming);
        next.CopyTo(_upcoming.AsSpan(indices.Length));
        _data.Prefetch(_upcoming.AsSpan(0, indices.Length + next.Length));
        for (var i = 0; i < indices.Length; i++)
            if (IsText)
            {
                var text = _raw.AsSpan(i * _sampleBytes, _sampleBytes);
                _data.Read(indices[i], text);
                CheckWords(indices[i], MemoryMarshal.Cast<byte, int>(text));
            }
            else
            {
                _data.Read(indices[i], _raw);
                _edit?.Invoke(indices[i], _raw);
                _preprocessing.Apply(_raw, _input.AsSpan(i * _raw.Length, _raw.Length));
            }
        backend.Upload(IsText ? _raw.AsSpan(0, checked((int)input.Bytes)) : MemoryMarshal.AsBytes(_input.AsSpan(0, input.Count)), input);
    }

    private void CheckWords(int sample, ReadOnlySpan<int> words)
    {
        foreach (var word in words)
            if ((uint)word >= (uint)_words)
                throw new DataException($"Sample {sample} of {_data.Name} holds the word number {word}; the net knows 0 to {_words - 1}. "
                    + "Choose a net that was trained on this set's words.");
    }
}
