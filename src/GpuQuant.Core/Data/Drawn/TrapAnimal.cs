using GpuQuant.Numerics;

namespace GpuQuant.Data.Drawn;

/// <summary>The animals of the embedded set <c>traps</c>: bodies put together from thick lines, seen from the side, facing right.</summary>
internal static class TrapAnimal
{
    // Feet stand at y = 0, y grows downwards, a deer is about 1 long. A part's shade multiplies the coat's colour.
    private readonly record struct Part(double X0, double Y0, double X1, double Y1, double Radius, double Shade = 1);

    private sealed record Kind(Rgb Coat, double Size, Vec Eye, Part[] Parts);

    private static readonly Kind[] Kinds =
    [
        new(new(0.55, 0.38, 0.22), 1, new(0.56, -0.98), // deer
        [
            new(-0.35, -0.6, 0.3, -0.62, 0.16), new(0.3, -0.66, 0.48, -0.96, 0.07), new(0.48, -0.97, 0.66, -0.9, 0.055),
            new(-0.4, -0.5, -0.42, 0, 0.04, 0.8), new(-0.28, -0.5, -0.26, 0, 0.04), new(0.22, -0.5, 0.2, 0, 0.04),
            new(0.34, -0.5, 0.38, 0, 0.04, 0.8), new(0.45, -1.02, 0.34, -1.28, 0.025, 0.7), new(0.5, -1.02, 0.6, -1.3, 0.025, 0.7),
            new(-0.5, -0.62, -0.54, -0.5, 0.04, 1.6),
        ]),
        new(new(0.27, 0.22, 0.18), 0.85, new(0.46, -0.5), // boar
        [
            new(-0.3, -0.44, 0.25, -0.48, 0.25), new(0.3, -0.46, 0.64, -0.3, 0.12), new(-0.38, -0.3, -0.38, 0, 0.06, 0.8),
            new(-0.22, -0.3, -0.2, 0, 0.06), new(0.2, -0.3, 0.18, 0, 0.06), new(0.34, -0.3, 0.36, 0, 0.06, 0.8),
            new(0.34, -0.58, 0.3, -0.72, 0.05, 0.7), new(-0.52, -0.5, -0.62, -0.36, 0.025),
        ]),
        new(new(0.52, 0.45, 0.35), 0.7, new(0.3, -0.5), // hare
        [
            new(-0.2, -0.24, 0.1, -0.28, 0.18), new(0.24, -0.46, 0.3, -0.44, 0.12), new(0.18, -0.54, 0.06, -0.92, 0.045),
            new(0.26, -0.56, 0.2, -0.96, 0.045, 0.8), new(-0.26, -0.1, -0.05, -0.02, 0.06), new(0.14, -0.16, 0.2, 0, 0.04),
            new(-0.4, -0.3, -0.42, -0.3, 0.06, 1.7),
        ]),
        new(new(0.78, 0.42, 0.16), 0.75, new(0.46, -0.54), // fox
        [
            new(-0.3, -0.4, 0.26, -0.42, 0.12), new(0.36, -0.52, 0.4, -0.5, 0.1), new(0.42, -0.5, 0.6, -0.43, 0.045),
            new(-0.36, -0.42, -0.6, -0.26, 0.08), new(-0.6, -0.26, -0.86, -0.18, 0.07, 1.3), new(-0.32, -0.34, -0.34, 0, 0.035, 0.5),
            new(-0.2, -0.34, -0.18, 0, 0.035, 0.5), new(0.2, -0.34, 0.18, 0, 0.035, 0.5), new(0.3, -0.34, 0.32, 0, 0.035, 0.5),
            new(0.3, -0.6, 0.28, -0.72, 0.04, 0.6), new(0.4, -0.6, 0.42, -0.72, 0.04, 0.6),
        ]),
        new(new(0.3, 0.36, 0.45), 0.7, new(0.3, -0.94), // bird
        [
            new(-0.14, -0.46, 0.1, -0.52, 0.18), new(0.12, -0.6, 0.24, -0.86, 0.05), new(0.26, -0.92, 0.28, -0.92, 0.075, 1.2),
            new(0.32, -0.92, 0.46, -0.88, 0.025, 1.8), new(-0.22, -0.46, -0.52, -0.3, 0.06, 0.7), new(-0.06, -0.3, -0.08, 0, 0.022),
            new(0.06, -0.3, 0.06, 0, 0.022),
        ]),
        new(new(0.2, 0.15, 0.12), 1.1, new(0.58, -0.74), // bear
        [
            new(-0.34, -0.52, 0.26, -0.54, 0.27), new(0.48, -0.66, 0.52, -0.64, 0.17), new(0.6, -0.6, 0.7, -0.56, 0.07, 1.5),
            new(0.4, -0.8, 0.4, -0.82, 0.06), new(0.54, -0.82, 0.54, -0.84, 0.06), new(-0.42, -0.4, -0.44, 0, 0.1, 0.8),
            new(-0.2, -0.4, -0.18, 0, 0.1), new(0.16, -0.4, 0.14, 0, 0.1), new(0.36, -0.4, 0.4, 0, 0.1, 0.8),
        ]),
        new(new(0.72, 0.58, 0.32), 0.85, new(0.5, -0.56), // cat
        [
            new(-0.36, -0.42, 0.32, -0.44, 0.12), new(0.42, -0.54, 0.48, -0.52, 0.12), new(-0.44, -0.44, -0.66, -0.6, 0.035),
            new(-0.66, -0.6, -0.7, -0.9, 0.035, 0.8), new(-0.38, -0.34, -0.4, 0, 0.05), new(-0.24, -0.34, -0.22, 0, 0.05, 0.8),
            new(0.22, -0.34, 0.2, 0, 0.05, 0.8), new(0.34, -0.34, 0.36, 0, 0.05), new(-0.2, -0.46, -0.19, -0.46, 0.045, 0.5),
            new(0, -0.42, 0.01, -0.42, 0.045, 0.5), new(0.18, -0.48, 0.19, -0.48, 0.045, 0.5), new(0.38, -0.64, 0.36, -0.7, 0.04, 0.7),
        ]),
    ];

    /// <summary>The classes' names in the order of their labels; nothing is in the first one's pictures.</summary>
    public static IReadOnlyList<string> Names { get; } = ["empty", "deer", "boar", "hare", "fox", "bird", "bear", "cat"];

    /// <summary>Draws an animal.</summary>
    /// <param name="random">Draws the coat's tone and which way it faces.</param>
    /// <param name="canvas">Drawn on.</param>
    /// <param name="label">The class, not 0.</param>
    /// <param name="feet">Where it stands.</param>
    /// <param name="pixels">The length of a deer in pixels.</param>
    /// <param name="atNight">Lit by the camera's infrared flash: fur shines, so do the eyes.</param>
    public static void Draw(ref RandomStream random, TrapCanvas canvas, int label, Vec feet, double pixels, bool atNight)
    {
        var kind = Kinds[label - 1];
        var coat = kind.Coat.Near(ref random, 0.08);
        if (atNight)
            coat = coat.Mix(new(1, 1, 1), 0.4);
        var (up, along) = (pixels * kind.Size, random.NextBool() ? pixels * kind.Size : -pixels * kind.Size);
        Vec Place(double x, double y) => new(feet.X + along * x, feet.Y + up * y);
        foreach (var part in kind.Parts)
            canvas.Line(Place(part.X0, part.Y0), Place(part.X1, part.Y1), up * part.Radius, coat.Times(part.Shade));
        var eye = Place(kind.Eye.X, kind.Eye.Y);
        canvas.Line(eye, eye, Math.Max(up * 0.03, 0.6), atNight ? new(1, 1, 1) : new(0.05, 0.05, 0.05));
    }
}
