using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Support;

/// <summary>What every layer of a model gives, from one pass.</summary>
internal static class LayerOutputs
{
    /// <summary>The outputs' bytes, in the order of the graph's layers.</summary>
    public static byte[][] Of(Backend backend, Model model, float[] input, int batch, Arithmetic arithmetic)
    {
        using var parameters = new DeviceParameters(backend, model);
        var copies = model.Graph.Nodes.ToDictionary(node => node,
            node => parameters.Take($"{node.Name}.copy", node.Output.Type, node.Output.Shape.Prepend(batch)));
        using var program = GraphProgram.ForObservation(
            model.Graph, parameters, backend, batch, (node, output) => new CopyCall(output, copies[node]), arithmetic);
        backend.Upload(program.Input.Type == DType.Int32
            ? MemoryMarshal.AsBytes<int>(Array.ConvertAll(input, value => (int)value))
            : MemoryMarshal.AsBytes<float>(input), program.Input);
        program.Run();
        return [.. model.Graph.Nodes.Select(node =>
        {
            var bytes = new byte[copies[node].Bytes];
            backend.Download(copies[node], bytes);
            return bytes;
        })];
    }
}
