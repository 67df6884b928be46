namespace GpuQuant.Backends.Tests.Harness;

/// <summary>The ranges that the tests of fake quantization run.</summary>
/// <param name="Channels">Scales: 1 is per tensor.</param>
/// <param name="Inner">Elements of one channel in a row.</param>
/// <param name="Outer">How often all channels come.</param>
/// <param name="Minimum">The least integer.</param>
/// <param name="Maximum">The greatest integer.</param>
public sealed record FakeQuantizeCases(int Channels, int Inner, int Outer, int Minimum, int Maximum)
{
    public static IReadOnlyList<FakeQuantizeCases> All { get; } =
    [
        new(1, 1, 1, -128, 127), new(1, 67, 13, -128, 127), new(1, 1009, 1, 0, 255), new(7, 45, 1, -127, 127), new(17, 1, 31, -128, 127),
        new(3, 5, 11, -4, 3), new(5, 1, 211, -32768, 32767),
    ];

    public int Count => Channels * Inner * Outer;

    // The first is a power of two, so that its ties are exact.
    public float[] Scales => [0.5f, .. Draw.Normals(1, Channels, 0.1, 0.5).Skip(1)];

    public int[] ZeroPoints => Draw.Integers(2, Channels, Math.Max(Minimum, -100) / 2, Math.Min(Maximum, 100) / 2);

    /// <summary>Ties and values on both sides of the range's ends.</summary>
    public float[] Input => [.. Draw.Normals(3, Count, (Maximum - Minimum) / 4.0).Select((x, i) =>
        MathF.Round(x * 2) / 2 * (i % 3 == 0 ? Scales[i / Inner % Channels] : 0.4711f))];
}
