namespace GpuQuant.Experiments;

/// <summary>A whole step of a net.</summary>
/// <param name="Net">The architecture.</param>
/// <param name="Phase">"inference" or "training".</param>
/// <param name="Batch">Samples per step.</param>
/// <param name="Rows">Its calls, in order.</param>
/// <param name="Seconds">The median time of a step.</param>
public sealed record NetTotal(string Net, string Phase, int Batch, IReadOnlyList<KernelRow> Rows, double Seconds)
{
    /// <summary>Samples per second.</summary>
    public double SamplesPerSecond => Batch / Seconds;

    /// <summary>The sum of the calls' bounds: the step's least time, if every call's tensors go through memory once.</summary>
    public double BoundSeconds => Rows.Sum(row => row.Bound.Seconds);

    /// <summary>Multiply-accumulate operations of a step.</summary>
    public long Macs => Rows.Sum(row => row.Macs);
}
