using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;

namespace GpuQuant.Training.Rules;

/// <summary>What a <see cref="BatchRule"/> finds where it starts to work.</summary>
/// <param name="Backend">The device.</param>
/// <param name="Graph">The net that is trained, its layers as they behave now.</param>
/// <param name="Parameters">Its parameters on the device, which each step changes.</param>
/// <param name="Data">The training set.</param>
/// <param name="Preprocessing">How raw samples became input.</param>
/// <param name="Batch">The greatest number of samples of a step.</param>
public sealed record BatchContext(
    Backend Backend, Graph Graph, DeviceParameters Parameters, IDataset Data, Preprocessing Preprocessing, int Batch);
