using GpuQuant.Backends;
using GpuQuant.Graphs;

namespace GpuQuant.Experiments;

/// <summary>One call of a net's program: what it has to do, the least time for that, and the time that it took.</summary>
/// <param name="Net">The architecture.</param>
/// <param name="Phase">"inference" or "training".</param>
/// <param name="Layer">The layer that it belongs to; "-" for the loss and the optimizer.</param>
/// <param name="Call">The primitive: <c>Conv2DForward</c>.</param>
/// <param name="Macs">Multiply-accumulate operations.</param>
/// <param name="Bytes">Bytes of the tensors that it reads and of those that it writes, each once.</param>
/// <param name="Bound">The least time.</param>
/// <param name="Seconds">The median of the times that it took.</param>
public sealed record KernelRow(
    string Net, string Phase, string Layer, string Call, long Macs, long Bytes, Roofline Bound, double Seconds)
{
    /// <summary>Arithmetic intensity: multiply-accumulate operations per byte.</summary>
    public double Intensity => Bytes == 0 ? 0 : (double)Macs / Bytes;

    /// <summary>The bound as a share of the time, 1 at best. Above 1, the data was in a nearer cache than its size says.</summary>
    public double Efficiency => Bound.Seconds / Seconds;

    /// <summary>A call's row: the call's own work and time, times how often a step makes it.</summary>
    internal static KernelRow Of(
        string net, string phase, KernelCall call, Node? node, int repeats, MachinePeaks peaks, double seconds)
    {
        var bytes = call.Reads.Sum(view => view.Bytes) + call.Writes.Sum(view => view.Bytes);
        var bound = peaks.Bound(call.Macs, bytes);
        return new(net, phase, node?.Name ?? "-", call.GetType().Name[..^"Call".Length], call.Macs * repeats, bytes * repeats,
            bound with { Seconds = bound.Seconds * repeats }, seconds * repeats);
    }
}
