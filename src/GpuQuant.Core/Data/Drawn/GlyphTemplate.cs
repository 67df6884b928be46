namespace GpuQuant.Data.Drawn;

/// <summary>How one digit is drawn: control points in a box of 100x100 (x right, y down) and the strokes through them.</summary>
/// <param name="Digit">The class, 0 to 9.</param>
/// <param name="Points">The control points; a point used by two strokes moves with both.</param>
/// <param name="Strokes">Each stroke: the points that it visits, and whether it bends through them or runs straight.</param>
internal sealed record GlyphTemplate(int Digit, (int X, int Y)[] Points, GlyphStroke[] Strokes)
{
    /// <summary>All ways of drawing each digit, in the order of the digits: <c>All[7]</c> has two, with and without a bar.</summary>
    public static IReadOnlyList<IReadOnlyList<GlyphTemplate>> All { get; } =
        [.. Enumerable.Range(0, 10).Select(digit => Templates().Where(template => template.Digit == digit).ToArray())];

    private static GlyphTemplate[] Templates() =>
    [
        new(0, [(50, 8), (76, 22), (82, 50), (76, 78), (50, 92), (24, 78), (18, 50), (24, 22)], [Curve(0, 1, 2, 3, 4, 5, 6, 7, 0)]),
        new(1, [(50, 8), (50, 50), (50, 92)], [Curve(0, 1, 2)]),
        new(1, [(32, 28), (54, 8), (54, 92)], [Line(0, 1, 2)]),
        new(1, [(34, 26), (52, 8), (52, 92), (30, 92), (74, 92)], [Line(0, 1, 2), Line(3, 4)]),
        new(2, [(22, 30), (32, 13), (52, 8), (72, 18), (75, 36), (58, 62), (20, 90), (82, 90)],
            [Curve(0, 1, 2, 3, 4, 5, 6), Line(6, 7)]),
        new(2, [(24, 26), (48, 8), (74, 24), (64, 58), (34, 86), (26, 74), (44, 76), (80, 92)], [Curve(0, 1, 2, 3, 4, 5, 6, 7)]),
        new(3, [(24, 18), (46, 8), (70, 18), (68, 38), (44, 48), (72, 58), (77, 76), (52, 92), (22, 82)],
            [Curve(0, 1, 2, 3, 4), Curve(4, 5, 6, 7, 8)]),
        new(3, [(24, 10), (74, 10), (46, 44), (74, 58), (74, 80), (48, 92), (22, 82)], [Line(0, 1, 2), Curve(2, 3, 4, 5, 6)]),
        new(4, [(62, 92), (62, 8), (18, 64), (84, 64)], [Line(0, 1, 2, 3)]),
        new(4, [(28, 8), (24, 56), (82, 54), (66, 12), (64, 92)], [Line(0, 1, 2), Line(3, 4)]),
        new(5, [(76, 10), (32, 10), (28, 46), (54, 40), (77, 56), (74, 80), (50, 92), (22, 82)],
            [Line(0, 1, 2), Curve(2, 3, 4, 5, 6, 7)]),
        new(6, [(68, 10), (42, 28), (26, 60), (34, 84), (56, 92), (75, 77), (68, 57), (48, 51), (28, 64)],
            [Curve(0, 1, 2, 3, 4, 5, 6, 7, 8)]),
        new(7, [(20, 12), (80, 12), (42, 92)], [Line(0, 1, 2)]),
        new(7, [(22, 10), (80, 10), (44, 92), (36, 50), (74, 50)], [Line(0, 1, 2), Line(3, 4)]),
        new(8, [(50, 8), (70, 20), (68, 38), (50, 48), (31, 38), (30, 20), (74, 60), (74, 80), (50, 92), (26, 80), (26, 60)],
            [Curve(0, 1, 2, 3, 4, 5, 0), Curve(3, 6, 7, 8, 9, 10, 3)]),
        new(8, [(72, 18), (48, 8), (28, 22), (46, 44), (74, 66), (70, 86), (46, 92), (26, 76), (52, 48), (72, 30)],
            [Curve(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0)]),
        new(9, [(72, 38), (52, 48), (32, 42), (26, 24), (44, 8), (66, 14), (74, 36), (62, 72), (36, 92)],
            [Curve(0, 1, 2, 3, 4, 5, 6, 7, 8)]),
        new(9, [(70, 26), (48, 8), (28, 26), (46, 46), (70, 30), (68, 92)], [Curve(0, 1, 2, 3, 4), Line(4, 5)]),
    ];

    private static GlyphStroke Curve(params int[] points) => new(points, Bent: true);

    private static GlyphStroke Line(params int[] points) => new(points, Bent: false);
}
