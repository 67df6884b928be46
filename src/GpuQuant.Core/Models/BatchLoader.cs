using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>Puts samples of a data set, preprocessed, into a program's input. Allocates nothing after it was made.</summary>
public sealed class BatchLoader
{
    private readonly IDataset _data;
    private readonly Preprocessing _preprocessing;
    private readonly byte[] _raw;
    private readonly float[] _input;
    private readonly int[] _upcoming;

    /// <summary>Makes a loader for batches of up to <paramref name="batch"/> samples.</summary>
    public BatchLoader(IDataset data, Preprocessing preprocessing, int batch)
    {
        if (data.SampleType != DType.UInt8)
            throw new UsageException($"{data.Name} holds {data.SampleType} samples; images of {DType.UInt8} are expected.");
        var length = checked((int)data.SampleShape.Count);
        (_data, _preprocessing, _raw, _input) = (data, preprocessing, new byte[length], new float[length * batch]);
        _upcoming = new int[2 * batch];
    }

    /// <summary>Uploads the samples of the given indices; with fewer than the batch, the rest of the input keeps what it held.</summary>
    /// <param name="indices">The samples, at most a batch.</param>
    /// <param name="backend">The device.</param>
    /// <param name="input">Where they go.</param>
    /// <param name="next">The samples of the next load, at most a batch: slow sets make them ready while the device computes.</param>
    public void Load(ReadOnlySpan<int> indices, Backend backend, TensorView input, ReadOnlySpan<int> next = default)
    {
        indices.CopyTo(_upcoming);
        next.CopyTo(_upcoming.AsSpan(indices.Length));
        _data.Prefetch(_upcoming.AsSpan(0, indices.Length + next.Length));
        for (var i = 0; i < indices.Length; i++)
        {
            _data.Read(indices[i], _raw);
            _preprocessing.Apply(_raw, _input.AsSpan(i * _raw.Length, _raw.Length));
        }
        backend.Upload(MemoryMarshal.AsBytes(_input.AsSpan(0, input.Count)), input);
    }
}
