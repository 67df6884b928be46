using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Training;
using GpuQuant.Training.Attacks;

namespace GpuQuant.Evaluation;

/// <summary>Leads the samples of a set through an attack, batch by batch.</summary>
internal sealed class AttackedBatches : IDisposable
{
    private const int MostSamples = 256;

    private readonly Backend _backend;
    private readonly IDataset _data;
    private readonly OwnedTensors _owned;

    /// <summary>Takes a batch's memory on the device.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="model">The model that is attacked.</param>
    /// <param name="data">The samples.</param>
    /// <param name="samples">What the set must hold: <see cref="DType.UInt8"/> for images, <see cref="DType.Int32"/> for texts.</param>
    /// <exception cref="UsageException">The set holds other samples than the model or the attack takes.</exception>
    public AttackedBatches(Backend backend, Model model, IDataset data, DType samples)
    {
        if (data.SampleType != samples || !data.SampleShape.Equals(model.Graph.Input.Output.Shape))
            throw new UsageException($"The model takes {model.Graph.Input.Output}; {data.Name} has {data.SampleType} samples of "
                + $"{data.SampleShape}: attack it with {(samples == DType.Int32 ? "texts" : "images")} of its data set.");
        (_backend, _data, Batch) = (backend, data, Math.Min(MostSamples, data.Count));
        Parameters = new DeviceParameters(backend, model);
        _owned = new OwnedTensors(backend);
        try
        {
            Origin = _owned.Take("attack.origin", model.Graph.Input.Output.Type, data.SampleShape.Prepend(Batch));
            Targets = _owned.Take("attack.targets", DType.Float32, new Shape(Batch, data.Classes));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Samples of a full batch.</summary>
    public int Batch { get; }

    /// <summary>The model's parameters on the device.</summary>
    public DeviceParameters Parameters { get; }

    /// <summary>A batch as the net takes it.</summary>
    public TensorView Origin { get; }

    /// <summary>Its true classes as distributions, batch x classes.</summary>
    public TensorView Targets { get; }

    /// <summary>Attacks all samples.</summary>
    /// <typeparam name="T">What the net takes: float or int.</typeparam>
    /// <param name="attacker">The attack, planned on <see cref="Origin"/> and <see cref="Targets"/>.</param>
    /// <param name="preprocessing">How images become the net's input.</param>
    /// <param name="seed">The seed of random starts.</param>
    /// <param name="write">Told of every sample and what became of it.</param>
    /// <param name="progress">Told of the samples done and of all.</param>
    public void Run<T>(IBatchAttacker attacker, Preprocessing preprocessing, ulong seed, Action<int, T[]> write, Action<int, int>? progress)
        where T : unmanaged
    {
        var loader = new BatchLoader(_data, preprocessing, Batch);
        var order = Enumerable.Range(0, _data.Count).ToArray();
        var (values, sample) = (new T[Origin.Count], new T[Origin.Count / Batch]);
        for (var first = 0; first < _data.Count; first += Batch)
        {
            var samples = order.AsMemory(first, Math.Min(Batch, _data.Count - first));
            loader.Load(samples.Span, _backend, Origin);
            _backend.Upload(MemoryMarshal.AsBytes(OneHot(samples.Span).AsSpan()), Targets);
            attacker.Run(new BatchPosition(seed, 0, samples));
            _backend.Download(attacker.Result, MemoryMarshal.AsBytes(values.AsSpan()));
            for (var i = 0; i < samples.Length; i++)
            {
                values.AsSpan(i * sample.Length, sample.Length).CopyTo(sample);
                write(first + i, sample);
            }
            progress?.Invoke(first + samples.Length, _data.Count);
        }
    }

    /// <summary>Gives the device's memory back.</summary>
    public void Dispose()
    {
        _owned.Dispose();
        Parameters.Dispose();
    }

    private float[] OneHot(ReadOnlySpan<int> samples)
    {
        var targets = new float[Targets.Count];
        for (var i = 0; i < samples.Length; i++)
            targets[i * _data.Classes + _data.Label(samples[i])] = 1;
        return targets;
    }
}
