using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>A net by name: builds its graph for given samples and classes.</summary>
public interface IArchitecture : INamed
{
    /// <summary>The graph, ending in a softmax over the classes, or in a sigmoid for each.</summary>
    /// <param name="input">The shape of a sample.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="UsageException">The net is not made for such samples.</exception>
    Graph Build(Shape input, int classes);
}
