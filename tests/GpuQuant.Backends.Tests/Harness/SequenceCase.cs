namespace GpuQuant.Backends.Tests.Harness;

/// <summary>A walk over sequences to test: sizes around a vector's 16 and a part's 8, a single one, a long one.</summary>
public sealed record SequenceCase(int Batch, int Steps, int Units, bool HasMasks)
{
    public static TheoryData<string, SequenceCase> All => TestDevices.Times<SequenceCase>(
    [
        new(1, 1, 1, false), new(2, 3, 5, true), new(3, 12, 16, false), new(9, 4, 17, true), new(17, 2, 33, true), new(8, 5, 31, false),
    ]);

    /// <summary>Weights that keep the states moving, and masks of 0 and 1 / 0.7.</summary>
    public SequenceReference Reference(int gates) => new(Batch, Steps, Units, gates,
        Draw.Normals(11, gates * Units * Units, 0.7 / Math.Sqrt(Units)),
        HasMasks ? [.. Draw.Normals(12, gates * Batch * Units).Select(v => v < -0.5f ? 0 : 1 / 0.7f)] : null);

    /// <summary>Values of gates, between 0 and 1.</summary>
    public static float[] Shares(uint seed, int count) => [.. Draw.Normals(seed, count).Select(v => (float)(1 / (1 + Math.Exp(-v))))];

    /// <summary>The masks as the call's argument.</summary>
    public TensorView? Masks(Bench bench, SequenceReference s) =>
        s.Masks is null ? null : bench.Input(s.Masks, s.Gates, Batch, Units);

    /// <summary>The recurrent weights as the call's argument.</summary>
    public TensorView Recurrent(Bench bench, SequenceReference s) => bench.Input(s.Recurrent, s.Gates * Units, Units);
}
