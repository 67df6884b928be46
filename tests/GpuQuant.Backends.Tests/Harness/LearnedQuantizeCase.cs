namespace GpuQuant.Backends.Tests.Harness;

/// <summary>Sizes and integers that the tests of learned quantization run.</summary>
/// <param name="Rows">Steps: 1 is per tensor.</param>
/// <param name="Length">Values of a row.</param>
/// <param name="Minimum">The least integer.</param>
/// <param name="Maximum">The greatest integer.</param>
/// <param name="IsEndLearned">Whether the range's end is learned.</param>
public sealed record LearnedQuantizeCase(int Rows, int Length, int Minimum, int Maximum, bool IsEndLearned = false)
{
    public static IReadOnlyList<LearnedQuantizeCase> All { get; } =
    [
        new(1, 1, -8, 7), new(1, 871, -8, 7), new(1, 9001, -128, 127), new(7, 45, -7, 7), new(3, 4099, -1, 1), new(17, 16, -127, 127),
        new(1, 1009, 0, 15), new(1, 5003, 0, 15, true), new(1, 67, 0, 255, true),
    ];

    public int Count => Rows * Length;

    public float Factor { get; init; } = 0.0371f;

    public float[] Scales => [0.5f, .. Draw.Normals(1, Rows, 0.1, 0.5).Skip(1)];

    /// <summary>Per tensor and signed: a zero point beside 0.</summary>
    public int[] ZeroPoints => Rows == 1 && Minimum < 0 ? [Minimum / 3] : new int[Rows];

    /// <summary>Values on both sides of the range's ends; the ends themselves, ties and zeros where the scale is a power of two.</summary>
    public float[] Input => [.. Draw.Normals(3, Count, (Maximum - Minimum) / 3.0).Select((x, i) =>
        i % 5 == 0 ? MathF.Round(x * 2) / 2 * Scales[i / Length] : x * Scales[i / Length])];

    public float[] OutputGradient => Draw.Normals(4, Count);
}
