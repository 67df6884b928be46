namespace GpuQuant.Backends.Tests.Reference;

/// <summary>What the references of recurrent layers share: one sequence, one step, one unit at a time, from the definitions.</summary>
public sealed record SequenceReference(int Batch, int Steps, int Units, int Gates, float[] Recurrent, float[]? Masks)
{
    public int Values => Batch * Steps * Units;

    /// <summary>Sample and step by step, forward.</summary>
    public IEnumerable<(int Sample, int Step)> Walk =>
        from sample in Enumerable.Range(0, Batch) from step in Enumerable.Range(0, Steps) select (sample, step);

    /// <summary>A unit at a step among those of all steps.</summary>
    public int At(int sample, int step, int unit) => (sample * Steps + step) * Units + unit;

    /// <summary>A unit's gate at a step, where the gates of a step lie together.</summary>
    public int Gate(int sample, int step, int gate, int unit) => ((sample * Steps + step) * Gates + gate) * Units + unit;

    /// <summary>A unit's gate at a step, where the gates come first.</summary>
    public int ByGate(int sample, int step, int gate, int unit) => ((gate * Batch + sample) * Steps + step) * Units + unit;

    public float Mask(int gate, int sample, int unit) => Masks is null ? 1 : Masks[(gate * Batch + sample) * Units + unit];

    /// <summary>What a state contributes to a gate.</summary>
    public Approx Seen(Approx[] state, int sample, int gate, int unit) => Approx.Sum(Enumerable.Range(0, Units).Select(k =>
        Recurrent[(gate * Units + unit) * Units + k] * (Masks is null ? state[k] : state[k] * Mask(gate, sample, k))));

    /// <summary>The gradient of a state from those of the gates that saw it.</summary>
    public Approx SeenBackward(Approx[] byGate, int sample, int step, int unit) => Approx.Sum(Enumerable.Range(0, Gates).Select(gate =>
        Mask(gate, sample, unit) * Approx.Sum(Enumerable.Range(0, Units).Select(j =>
            byGate[ByGate(sample, step, gate, j)] * Recurrent[(gate * Units + j) * Units + unit]))));

    public static Approx Sigmoid(Approx x) => ActivationForwardReference.Apply(Activation.Sigmoid, x);
}
