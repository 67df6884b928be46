namespace GpuQuant.Backends.Tests.Reference;

/// <summary>What a state that is quantized on the fly contributes to a gate: integers, summed exactly, times both steps.</summary>
public sealed record QuantizedStateReference(int Units, sbyte[] Recurrent, float[] Scales)
{
    /// <summary>Random integer weights, and steps that make states matter.</summary>
    public static QuantizedStateReference Draw(int units, int gates) => new(units, Harness.Draw.Int8(21, gates * units * units),
        [.. Enumerable.Range(1, gates).Select(gate => gate / (100f * MathF.Sqrt(units)))]);

    /// <summary>The weights as the call's argument.</summary>
    public TensorView RecurrentOn(Bench bench) =>
        bench.Input(Array.ConvertAll(Recurrent, weight => (float)weight), Recurrent.Length / Units, Units);

    /// <summary>The sums of a gate's units.</summary>
    public Approx[] Seen(float[] state, int gate)
    {
        var row = QuantizeRowsReference.Compute(state);
        return [.. Enumerable.Range(gate * Units, Units).Select(unit => (Approx)Enumerable.Range(0, Units).Sum(
            k => Recurrent[unit * Units + k] * (row.Output[k] - row.ZeroPoint)) * ((Approx)row.Scale * Scales[gate]))];
    }
}
