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

    // Drawn once: the reference looks at single values.
    public float[] Scales { get; } = MakeScales(Rows);

    /// <summary>Per tensor and signed: a zero point beside 0.</summary>
    public int[] ZeroPoints { get; } = Rows == 1 && Minimum < 0 ? [Minimum / 3] : new int[Rows];

    /// <summary>Values on both sides of the range's ends; the ends themselves, ties and zeros where the scale is a power of two.</summary>
    public float[] Input { get; } = MakeInput(MakeScales(Rows), Length, (Maximum - Minimum) / 3.0);

    public float[] OutputGradient { get; } = Draw.Normals(4, Rows * Length);

    private static float[] MakeScales(int rows) => [0.5f, .. Draw.Normals(1, rows, 0.1, 0.5).Skip(1)];

    private static float[] MakeInput(float[] scales, int length, double deviation) =>
        [.. Draw.Normals(3, scales.Length * length, deviation).Select((x, i) =>
            i % 5 == 0 ? MathF.Round(x * 2) / 2 * scales[i / length] : x * scales[i / length])];
}
