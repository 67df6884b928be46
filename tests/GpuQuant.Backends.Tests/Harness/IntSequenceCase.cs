namespace GpuQuant.Backends.Tests.Harness;

/// <summary>An integer walk over sequences to test: sizes around a vector's 16 and a part's 6.</summary>
public sealed record IntSequenceCase(int Batch, int Steps, int Units, int ZeroPoint, int CellBits, int StateShift, bool IsSimulated)
{
    public static TheoryData<string, IntSequenceCase> All => TestDevices.Times(new IntSequenceCase[]
    {
        new(1, 1, 1, 0, 0, -6, false), new(2, 3, 5, -128, 4, -5, false), new(6, 4, 16, 127, 6, -7, false),
        new(13, 7, 33, -3, 3, -6, false), new(7, 5, 50, 11, 2, -4, false),
    }.SelectMany(c => new[] { c, c with { IsSimulated = true } }));

    /// <summary>Sums of the inputs, some of which lie far outside what a gate can hold.</summary>
    public int[] Inputs(int gates) =>
        [.. Draw.Normals(1, Batch * Steps * gates * Units, 300_000).Select((x, i) => (int)x * (i % 37 == 0 ? 200 : 1))];

    /// <summary>Weights and factors such that the states' part matters as much as the inputs'; one factor in each half is above 1.</summary>
    public IntSequenceReference Reference(int gates, bool hasBias) => new(Batch, Steps, Units, gates,
        Draw.Int8(2, gates * Units * Units),
        hasBias ? Draw.Integers(3, gates * Units, -9000, 9000) : new int[gates * Units],
        [.. Draw.Integers(4, 2 * gates, 1 << 30, int.MaxValue)],
        [.. Enumerable.Range(0, gates).Select(gate => -5 - gate), .. Enumerable.Range(0, gates).Select(gate => gate == 1 ? 1 : -1 - gate)],
        new(1_234_567_890, StateShift - (gates == 4 ? 15 : 0), ZeroPoint, CellBits));
}
